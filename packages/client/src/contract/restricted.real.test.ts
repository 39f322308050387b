import type { Connection } from "@lxdkit/transport";
import { expect } from "vitest";
import type { Client } from "../client.ts";
import { newCaller } from "./caller.ts";
import { launch, remove } from "./launch.ts";
import { describeRoutes, type RouteContext } from "./route-cases.ts";
import { looksAtOperations, withoutEvents } from "./without-events.ts";

const devices = { root: { type: "disk", path: "/", pool: "default" } };

/** Runs something with a caller who may use one project only. */
async function withRestricted(
  context: RouteContext,
  change: (connection: Connection) => Connection,
  run: (restricted: Client) => Promise<void>,
): Promise<void> {
  const { client, clientOn, name } = context;
  const caller = await newCaller(context);
  const config = { "features.images": "false", "features.profiles": "true" };
  await client.projects.create({ name, config });
  try {
    const body = { name, type: "client", restricted: true, projects: [name], certificate: caller.der } as const;
    await client.certificates.create(body);
    try {
      await run(clientOn(change(caller.connect())));
    } finally {
      await client.certificates.delete(caller.certificate.fingerprint());
    }
  } finally {
    await client.projects.delete(name);
  }
}

describeRoutes("a restricted certificate", ({ covers }) => {
  covers(
    ["GET /1.0/projects", "POST /1.0/instances", "GET /1.0/events"],
    "works in its project and nowhere else, and waits by events",
    async (context) => {
      const { client, raw, answers, real, name } = context;
      await withRestricted(
        context,
        (connection) => connection,
        async (restricted) => {
          const there = restricted.in({ project: name });
          expect(await restricted.projects.listUrls()).toEqual([`/1.0/projects/${name}`]);
          expect((await there.profiles.list()).map((profile) => profile.name)).toEqual(["default"]);
          expect(await restricted.getServer()).toMatchObject({ value: { auth: "trusted", config: {} } });

          await launch(there, name, { devices });
          expect(await raw(`/1.0/instances/${name}?project=${name}`)).toMatchObject({ status: "Running" });
          await remove(there, name);
          expect(await raw(`/1.0/instances?project=${name}`)).toEqual([]);
          expect(looksAtOperations(answers)).toEqual([]);

          const forbidden = { code: "FORBIDDEN" };
          await expect(restricted.profiles.create({ name })).rejects.toMatchObject(forbidden);
          await expect(restricted.instances.get(name)).rejects.toMatchObject(forbidden);
          await expect(restricted.projects.get("default")).rejects.toMatchObject(forbidden);
          await expect(restricted.projects.create({ name: `${name}-b` })).rejects.toMatchObject(forbidden);
          await expect(restricted.warnings.list()).rejects.toMatchObject(forbidden);
          await expect(restricted.certificates.createToken({ name })).rejects.toMatchObject(forbidden);
          // Incus refuses to list what is not the caller's with 500.
          const code = real.flavour === "lxd" ? "FORBIDDEN" : "SERVER_ERROR";
          await expect(restricted.profiles.list()).rejects.toMatchObject({ code });
        },
      );
      expect(await client.projects.listUrls()).not.toContain(`/1.0/projects/${name}`);
    },
  );

  covers(
    ["POST /1.0/instances", "GET /1.0/events"],
    "who may not listen to all projects waits by the events of his own",
    async (context) => {
      const { raw, answers, name } = context;
      await withRestricted(
        context,
        (connection) => withoutEvents(connection, "of all projects"),
        async (restricted) => {
          await launch(restricted.in({ project: name }), name, { devices });
          expect(await raw(`/1.0/instances/${name}?project=${name}`)).toMatchObject({ status: "Running" });
          await remove(restricted.in({ project: name }), name);
          // Also when only the call names the project.
          const body = { name, source: { type: "none" }, devices } as const;
          await (await restricted.instances.create(body, { project: name })).wait();
          await (await restricted.instances.delete(name, { project: name })).wait();
          expect(await raw(`/1.0/instances?project=${name}`)).toEqual([]);
          expect(looksAtOperations(answers)).toEqual([]);
          expect(answers.filter((line) => line === "GET /1.0/events")).toHaveLength(1);
        },
      );
    },
  );

  covers(
    ["POST /1.0/instances", "GET /1.0/operations/{id}/wait"],
    "who may not listen at all asks the server to wait",
    async (context) => {
      const { raw, name } = context;
      await withRestricted(
        context,
        (connection) => withoutEvents(connection, "at all"),
        async (restricted) => {
          const body = { name, source: { type: "none" }, devices } as const;
          const creation = await restricted.instances.create(body, { project: name });
          expect(await creation.wait()).toMatchObject({ status: "Success" });
          expect(await raw(`/1.0/instances/${name}?project=${name}`)).toMatchObject({ status: "Stopped" });
          const again = await restricted.instances.create(body, { project: name });
          await expect(again.wait()).rejects.toMatchObject({ code: "OPERATION_FAILED" });
          await (await restricted.instances.delete(name, { project: name })).wait();
        },
      );
    },
  );
});

describeRoutes("a client in another project", ({ covers }) => {
  covers(
    ["POST /1.0/instances", "DELETE /1.0/instances/{name}"],
    "waits for its operations by events",
    async ({ client, raw, answers, name }) => {
      const there = client.in({ project: name });
      await client.projects.create({ name, config: { "features.images": "false", "features.profiles": "true" } });
      try {
        await launch(there, name, { devices });
        expect(await raw(`/1.0/instances/${name}?project=${name}`)).toMatchObject({ project: name, status: "Running" });
        expect(await raw("/1.0/instances")).not.toContain(`/1.0/instances/${name}`);
        await expect(client.instances.get(name)).rejects.toMatchObject({ code: "NOT_FOUND" });
        await remove(there, name);
        expect(await raw(`/1.0/instances?project=${name}`)).toEqual([]);
        expect(looksAtOperations(answers)).toEqual([]);
      } finally {
        await client.projects.delete(name);
      }
    },
  );
});
