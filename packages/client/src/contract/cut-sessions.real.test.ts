import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { createClient } from "../client.ts";
import { type CuttingProxy, startCuttingProxy } from "./cutting-proxy.ts";
import { withInstance } from "./running-instance.ts";

describeOnServers("connections that are cut", (real) => {
  test("are told as such, and a command whose input was cut has no exit code", async () => {
    await using proxy = await startCuttingProxy(real.socketPath);
    await using connection = connectUnix({ socketPath: proxy.socketPath });
    const client = createClient(connection);
    const name = `cut-${String(process.pid)}`;
    await withInstance(client, name, async () => {
      const cutWhileRunning = async (cut: (proxy: CuttingProxy) => void, interactive = false): Promise<unknown> => {
        const script = "echo ready; cat > /root/received; sleep 0.1; echo done";
        const session = await client.instances.exec.open(name, ["sh", "-c", script], { interactive });
        const isReady = new Promise<void>((resolve) => session.stdout.once("data", () => resolve()));
        session.stderr.resume();
        session.stdin.write("half of it");
        await isReady;
        cut(proxy);
        const outcome: unknown = await session.exit.catch((error: unknown) => error);
        await session.close();
        return outcome;
      };
      const lost = { name: "SessionError", code: "EXEC_CONNECTION_LOST" };
      expect(await cutWhileRunning((to) => to.cut("0"))).toMatchObject(lost);
      expect(await cutWhileRunning((to) => to.cut("1"))).toMatchObject(lost);
      expect(await cutWhileRunning((to) => to.cut("2"))).toMatchObject(lost);
      expect(await cutWhileRunning((to) => to.cut("0"), true)).toMatchObject(lost);
      expect(await cutWhileRunning((to) => to.cutAll())).toMatchObject(lost);
      // Servers kill a command that loses its control socket; its code says so.
      expect(await cutWhileRunning((to) => to.cut("control"))).toEqual({ exitCode: 137, signal: 9 });

      const console = await client.instances.console.open(name);
      console.stdout.resume();
      proxy.cut("0");
      await expect(console.ended).rejects.toMatchObject({ code: "CONSOLE_CONNECTION_LOST" });
      expect((await client.instances.exec.run(name, ["echo", "goes on"])).stdout.toString()).toBe("goes on\n");
    });
    client.events.close();
  });

  test("watches of events come back and tell the gap, and waits do not notice", async () => {
    await using proxy = await startCuttingProxy(real.socketPath);
    await using connection = connectUnix({ socketPath: proxy.socketPath });
    const client = createClient(connection);
    const name = `cut-events-${String(process.pid)}`;
    await using watch = await client.watchEvents({ types: ["lifecycle"], signal: AbortSignal.timeout(30_000) });
    const creation = await client.instances.create({ name, source: { type: "image", alias: "tiny" } });
    proxy.cutAll();
    expect(await creation.wait()).toMatchObject({ status: "Success" });
    for await (const event of watch) if (event.type === "resync") break;
    await (await client.instances.delete(name)).wait();
    client.events.close();
  });
});
