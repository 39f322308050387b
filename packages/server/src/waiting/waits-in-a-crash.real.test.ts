import { openTestbed } from "@lxdkit/testbed";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { openServer } from "../server.ts";

const stop = { action: "stop", timeout: -1, force: true, stateful: false } as const;

describeOnServers("waits in a crash of the daemon", ({ flavour }) => {
  test("the daemon is killed and starts again while instances are waited for (12 C, row 11)", async () => {
    await using bed = await openTestbed({ flavour });
    await using server = await openServer(connectUnix({ socketPath: bed.socketPath }));
    const image = await server.findImageByAlias("tiny");
    const names = ["w1", "w2", "w3"];
    await Promise.all(names.map((name) => server.createContainer({ name, image }, { waitFor: "address" })));
    const stopped = ["w1", "w2"].map((name) => server.waitForStopped(name));
    const enough = new AbortController();
    const never = server
      .waitForAddress("w3", { interface: "eth9", signal: enough.signal })
      .catch((error: unknown) => error);
    await server.waitForStatus("w3", "Running");

    await bed.killMember();
    await expect(server.waitForStatus("w3", "Frozen", { timeoutMs: 500 })).rejects.toMatchObject({
      code: "STATUS_TIMEOUT",
      cause: { code: expect.stringMatching(/^(SOCKET_|CONNECTION_)/) },
    });
    await bed.startMember();

    await Promise.all(["w1", "w2"].map(async (name) => (await server.client.instances.setState(name, stop)).wait()));
    expect(await Promise.all(stopped)).toEqual(["stopped", "stopped"]);
    expect((await server.waitForAddress("w3"))[0]?.address).toMatch(/^10\./);
    const reason = new Error("it has waited through all of this");
    enough.abort(reason);
    expect(await never).toBe(reason);
  }, 120_000);
});
