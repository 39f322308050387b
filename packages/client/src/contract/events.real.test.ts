import { expect } from "vitest";
import type { EventWatch } from "../events/watch-events.ts";
import type { WatchedEvent } from "../events/watched-event.ts";
import { describeRoutes } from "./route-cases.ts";

/** Takes events until one fits, and gives it. */
async function until(watch: EventWatch, fits: (event: WatchedEvent) => boolean): Promise<WatchedEvent> {
  for await (const event of watch) if (fits(event)) return event;
  throw new Error("the watch ended");
}

describeRoutes("events", ({ covers, real }) => {
  covers(["GET /1.0/events"], "what is done is told: operations, lifecycle and the server's log", async (context) => {
    const { client, name } = context;
    const signal = AbortSignal.timeout(20_000);
    const [life, operations, log] = await Promise.all(
      ["lifecycle", "operation", "logging"].map((type) => client.watchEvents({ types: [type], signal })),
    );
    if (life === undefined || operations === undefined || log === undefined) throw new Error("no watch");
    // The server's own client program does it: a second source of what must be told.
    const program = real.flavour === "lxd" ? "lxc" : "incus";
    await real.run([program, "init", "tiny", name]);
    try {
      const created = await until(
        life,
        (event) => event.type === "lifecycle" && event.metadata.source.startsWith(`/1.0/instances/${name}`),
      );
      expect(created).toMatchObject({ metadata: { action: "instance-created" } });
      const ended = await until(
        operations,
        (event) =>
          event.type === "operation" &&
          event.metadata.status_code === 200 &&
          (event.metadata.resources["instances"] ?? []).includes(`/1.0/instances/${name}`),
      );
      expect(ended).toMatchObject({
        metadata: { description: "Creating instance", class: "task" },
        project: "default",
      });
      const line = await until(log, (event) => event.type === "logging");
      expect(line).toMatchObject({
        metadata: { level: expect.stringMatching(/^(debug|dbug|info|warning|warn|error)$/) },
      });
    } finally {
      await real.run([program, "delete", name]);
    }
  });

  covers(
    ["GET /1.0/events"],
    "of one project or of all; a type that does not exist is refused",
    async ({ client, name }) => {
      const signal = AbortSignal.timeout(20_000);
      const options = { types: ["lifecycle"], signal } as const;
      const program = real.flavour === "lxd" ? "lxc" : "incus";
      await real.run([
        program,
        "project",
        "create",
        name,
        "-c",
        "features.images=false",
        "-c",
        "features.profiles=false",
      ]);
      try {
        const all = await client.watchEvents({ ...options, allProjects: true });
        const own = await client.in({ project: name }).watchEvents(options);
        await real.run([program, "init", "tiny", `${name}-a`]);
        await real.run([program, "init", "tiny", `${name}-b`, "--project", name]);
        const isOurs = (event: WatchedEvent): boolean =>
          event.type === "lifecycle" && event.metadata.source.startsWith(`/1.0/instances/${name}`);
        expect(await until(own, isOurs)).toMatchObject({
          metadata: { source: `/1.0/instances/${name}-b?project=${name}` },
        });
        expect(await until(all, isOurs)).toMatchObject({ metadata: { source: `/1.0/instances/${name}-a` } });
      } finally {
        await real.run([program, "delete", `${name}-a`]);
        await real.run([program, "delete", `${name}-b`, "--project", name]);
        await real.run([program, "project", "delete", name]);
      }
      await expect(client.watchEvents({ types: ["nonsense"] })).rejects.toMatchObject({
        status: real.flavour === "lxd" ? 500 : 400,
      });
    },
  );
});
