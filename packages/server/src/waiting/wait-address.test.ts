import { type FakeServer, startFakeServer, withInstance } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  let fake: FakeServer;
  let server: Server;

  beforeEach(async () => {
    fake = await startFakeServer({ flavour, setup: [withInstance({ name: "c1", status: "Running" })] });
    server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  });
  afterEach(async () => {
    await server.close();
    await fake.close();
  });

  test("an address is chosen by family, interface and scope", async () => {
    const all = await server.waitForAddress("c1");
    expect(all.map(({ family }) => family)).toEqual(["ipv4", "ipv6"]);
    const [four, six] = all;
    expect(await server.waitForAddress("c1", { family: "ipv6" })).toEqual([six]);
    expect(await server.waitForAddress("c1", { interface: "eth0", family: "ipv4" })).toEqual([four]);
    expect(await server.waitForAddress("c1", { scope: "cloud-local" })).toEqual(all);
  });

  test.each([
    [{ scope: "public" }, "usable public address"],
    [{ interface: "eth1", family: "ipv4" }, "usable ipv4 address on eth1"],
  ] as const)("an address that does not come: %j", async (options, text) => {
    await expect(server.waitForAddress("c1", { ...options, timeoutMs: 100 })).rejects.toMatchObject({
      code: "ADDRESS_TIMEOUT",
      message: expect.stringMatching(
        new RegExp(`^c1 has no ${text} after 0\\.1 s \\(seen: status Running; .*eth0: 10\\.`),
      ),
    });
  });
});
