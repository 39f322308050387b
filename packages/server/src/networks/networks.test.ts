import {
  type FakeServer,
  type FakeSetup,
  startFakeServer,
  withInstance,
  withNetwork,
  withProfile,
  withProject,
} from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { describe, expect, test } from "vitest";
import { withNic } from "./default-networking.ts";
import { openServer, type Server } from "../server.ts";

interface Stage extends AsyncDisposable {
  readonly fake: FakeServer;
  readonly server: Server;
}

test("row 21: on a network of any type but bridge, or none, a new NIC is of the kind macvlan", () => {
  const rest = { description: "", managed: false, status: "", config: {}, used_by: [], locations: [] };
  for (const [type, nictype] of [
    ["bridge", "bridged"],
    ["physical", "macvlan"],
    ["", "macvlan"],
  ] as const) {
    const nic = { type: "nic", nictype, parent: "x1" };
    expect(withNic({}, { name: "x1", type, ...rest })).toEqual({ device: "eth0", devices: { eth0: nic } });
  }
});

// The numbers are those of the cases of networks.
describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  async function stage(...setup: FakeSetup[]): Promise<Stage> {
    const fake = await startFakeServer({ flavour, setup });
    const server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    const dispose = async (): Promise<void> => {
      await server.close();
      await fake.close();
    };
    return { fake, server, [Symbol.asyncDispose]: dispose };
  }

  const methods = ({ fake }: Stage): string[] => fake.requests.slice(1).map(({ method }) => method);

  test("row 29: a network with an address stays as it is", async () => {
    await using at = await stage(withNetwork({ name: "n1", config: { "ipv4.address": "10.5.3.1/24" } }));
    expect(await at.server.ensureIPv4("n1")).toBe(false);
    expect(methods(at)).toEqual(["GET"]);
    await expect(at.server.ensureIPv4("gone")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  // Row 31: servers keep no empty address, so it is a missing one for us.
  test.each([
    ["row 30: none", { "ipv4.address": "none" }],
    ["row 30: without the key", {}],
  ])("%s gets one of the server's choice, with NAT, and keeps the rest", async (_, config) => {
    await using at = await stage();
    const { networks } = at.server.client;
    await networks.create({ name: "n1", description: "mine", config: { ...config, "ipv6.address": "none" } });
    await networks.update("n1", { description: "mine", config: { ...config, "ipv6.address": "none", "user.a": "1" } });
    expect(await at.server.ensureIPv4("n1")).toBe(true);
    const put = at.fake.requests.at(-1);
    expect(put).toMatchObject({
      method: "PUT",
      headers: { "if-match": expect.any(String) },
      body: { config: { "ipv4.address": "auto", "ipv4.nat": "true", "ipv6.address": "none", "user.a": "1" } },
    });
    expect((await networks.get("n1")).value).toMatchObject({
      description: "mine",
      config: { "ipv4.address": expect.stringMatching(/^\d+\.\d+\.\d+\.1\/24$/), "ipv4.nat": "true" },
    });
    expect(await at.server.ensureIPv4("n1")).toBe(false);
  });

  test("row 11: the NICs of a profile get addresses, other devices are left out, nothing is written", async () => {
    const eth0 = { type: "nic", nictype: "bridged", parent: "lxdbr0" };
    const eth1 = { ...eth0, hwaddr: "00:16:3e:11:22:33" };
    const devices = { eth1, eth0, root: { type: "disk", path: "/mnt", source: "/srv" } };
    await using at = await stage(withProfile({ name: "p", devices }), withProfile({ name: "q", devices: { eth1 } }));
    const nics = await at.server.getNICsFromProfile("p");
    expect(Object.keys(nics)).toEqual(["eth0", "eth1"]);
    expect(nics).toEqual({ eth0: { ...eth0, hwaddr: expect.stringMatching(/^00:16:3e(:[0-9a-f]{2}){3}$/) }, eth1 });
    expect(methods(at)).not.toContain("PUT");
    expect(at.fake.requests.at(-1)?.path).toBe("/1.0/instances");
    expect(await at.server.getNICsFromProfile("q")).toEqual({ eth1 });
    expect(at.fake.requests.at(-1)?.path).toBe("/1.0/profiles/q");
    await expect(at.server.getNICsFromProfile("gone")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("no instance has a new address, in whatever project it is and whoever chose its own", async () => {
    const nic = { type: "nic", nictype: "bridged", parent: flavour === "lxd" ? "lxdbr0" : "incusbr0" };
    await using at = await stage(
      withProfile({ name: "p", devices: { eth0: nic } }),
      withProject({ name: "other", config: { "features.profiles": "false", "features.images": "false" } }),
      withInstance({ name: "told", devices: { eth0: { ...nic, hwaddr: "00:16:3E:01:01:01" } } }),
      withInstance({ name: "given", project: "other", config: { "volatile.eth0.hwaddr": "00:16:3e:02:02:02" } }),
    );
    const draws = [1, 2, 3].map((digit) => new Uint8Array(3).fill(digit));
    const random = (): Uint8Array => draws.shift() ?? new Uint8Array(3);
    expect(await at.server.getNICsFromProfile("p", { random })).toMatchObject({
      eth0: { hwaddr: "00:16:3e:03:03:03" },
    });
  });

  test("a caller who may not see all projects compares with those of one", async () => {
    await using at = await stage(withProfile({ name: "p", devices: { eth0: { type: "nic", nictype: "p2p" } } }));
    at.fake.failRequest({
      path: "/1.0/instances",
      where: ({ query }) => query["all-projects"] !== undefined,
      status: 403,
      error: "not authorized",
    });
    expect(await at.server.getNICsFromProfile("p")).toHaveProperty("eth0.hwaddr");
    at.fake.failRequest({ path: "/1.0/instances", status: 500, error: "database is locked" });
    await expect(at.server.getNICsFromProfile("p")).rejects.toMatchObject({ status: 500 });
  });
});
