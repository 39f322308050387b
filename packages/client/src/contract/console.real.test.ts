import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";
import { withInstance } from "./running-instance.ts";

const stop = { action: "stop", timeout: -1, force: true, stateful: false } as const;

describeRoutes("console", ({ covers, real }) => {
  covers(
    ["POST /1.0/instances/{name}/console", "GET /1.0/operations/{id}/websocket"],
    "the console shows what the instance writes to it, and takes what is typed",
    async ({ client, name }) => {
      await withInstance(client, name, async () => {
        const inside = async (script: string): Promise<string> => {
          const program = real.flavour === "lxd" ? "lxc" : "incus";
          return (await real.run([program, "exec", name, "--", "sh", "-c", script])).stdout;
        };
        const session = await client.instances.console.open(name, { size: { width: 90, height: 20 } });
        let shown = "";
        session.stdout.on("data", (bytes: Buffer) => (shown += bytes.toString()));
        const write = async (): Promise<string> => {
          await inside("echo from inside > /dev/console");
          return shown;
        };
        // The server attaches a moment after the sockets are there.
        await expect.poll(write, { timeout: 10_000 }).toContain("from inside");
        const reading = inside("head -n 1 < /dev/console");
        await expect.poll(() => inside("ps | grep -c '[h]ead -n 1' || true")).not.toBe("0");
        session.stdin.write("typed words\n");
        expect(await reading).toBe("typed words");
        await session.resize({ width: 70, height: 11 });
        await session.detach();
        await session.ended;
        await expect(session.resize({ width: 1, height: 1 })).rejects.toMatchObject({ code: "SESSION_ENDED" });

        await using second = await client.instances.console.open(name);
        if (real.flavour === "incus") {
          await expect(client.instances.console.open(name)).rejects.toMatchObject({ code: "SERVER_ERROR" });
          await using third = await client.instances.console.open(name, { force: true });
          await expect(second.ended).rejects.toMatchObject({ code: "CONSOLE_TAKEN" });
          third.stdout.resume();
        }
        await expect(client.instances.console.openVga(name)).rejects.toMatchObject({ code: "BAD_REQUEST" });
      });
    },
  );

  covers(
    ["POST /1.0/instances/{name}/console"],
    "a console ends with its instance, and a stopped one has none",
    async ({ client, name, raw }) => {
      await withInstance(client, name, async () => {
        const session = await client.instances.console.open(name);
        session.stdout.resume();
        const stopping = (await client.instances.setState(name, stop)).wait();
        await session.ended;
        await stopping;
        expect(await raw(`/1.0/instances/${name}`)).toMatchObject({ status: "Stopped" });
        await expect(client.instances.console.open(name)).rejects.toMatchObject({ code: "INSTANCE_NOT_RUNNING" });
      });
    },
  );
});
