import { describe, expect, test } from "vitest";
import type { ServerState } from "../preseed/server-state.ts";
import { hostFacts } from "../testing/host-facts.ts";
import { formatStep, stepForPrint } from "../steps/format-step.ts";
import { freshState } from "./default-objects.ts";
import { planHost } from "./plan-host.ts";

const nothing = { description: "", config: {}, used_by: [], locations: [], status: "Created" };
const pool = { ...nothing, name: "default", driver: "dir" };
const bridge = { ...nothing, name: "lxdbr0", type: "bridge", managed: true, inProject: "default" };
const root = { type: "disk", path: "/", pool: "default" };

function state(parts: Partial<ServerState>, devices: ServerState["profiles"][number]["devices"] = {}): ServerState {
  const profile = { ...nothing, name: "default", inProject: "default", devices };
  return { ...freshState("lxd"), profiles: [profile], ...parts };
}

const changesOf = (server: ServerState, wishes = {}): unknown =>
  planHost(hostFacts({ server }), wishes).map(({ id, action }) => [id, "change" in action ? action.change : undefined]);

describe("the default profile", () => {
  test("row 15: a NIC on a bridge is fine", () => {
    const eth0 = { type: "nic", nictype: "bridged", parent: "lxdbr0" };
    expect(changesOf(state({ pools: [pool], networks: [bridge] }, { root, eth0 }))).toEqual([]);
  });

  test("row 16: on a network that is no bridge it gets an interface of its own beside it", () => {
    const odd = { ...bridge, type: "" };
    expect(changesOf(state({ pools: [pool], networks: [odd] }, { root }))).toEqual([
      ["profile default", { devices: { eth0: { type: "nic", name: "eth0", nictype: "macvlan", parent: "lxdbr0" } } }],
    ]);
  });

  test("a managed bridge and a pool that are there are used", () => {
    expect(changesOf(state({ pools: [{ ...pool, name: "fast" }], networks: [bridge] }))).toEqual([
      [
        "profile default",
        {
          devices: {
            eth0: { type: "nic", name: "eth0", network: "lxdbr0" },
            root: { type: "disk", path: "/", pool: "fast" },
          },
        },
      ],
    ]);
  });

  test("names that are taken by something else are passed over", () => {
    const devices = {
      root: { type: "disk", path: "/mnt", source: "/srv" },
      eth0: { type: "disk", path: "/x", source: "/y" },
    };
    expect(changesOf(state({ pools: [pool], networks: [bridge] }, devices))).toMatchObject([
      ["profile default", { devices: { root0: { path: "/" }, eth1: { type: "nic", name: "eth1" } } }],
    ]);
  });

  test("in a cluster no network is made", () => {
    expect(changesOf(state({ pools: [pool], isClustered: true }, { root }))).toEqual([]);
  });

  test("pools that cannot be used are told", () => {
    const broken = { ...pool, status: "Errored" };
    expect(() => changesOf(state({ pools: [broken] }))).toThrow(expect.objectContaining({ code: "POOL_NOT_READY" }));
    const asked = (): unknown => changesOf(state({ storageDrivers: ["dir"] }), { storage: { driver: "zfs" } });
    expect(asked).toThrow(expect.objectContaining({ code: "DRIVER_NOT_SUPPORTED" }));
  });
});

describe("the bridge", () => {
  test("takes the first name that is free on the host", () => {
    const facts = hostFacts({ server: state({}), interfaces: ["lo", "lxdbr0"] });
    expect(planHost(facts).map(({ id }) => id)).toContain("network lxdbr1");
  });

  test("a subnet that an address or a route of the host is in is refused", () => {
    const wishes = { network: { ipv4: "10.9.0.1/24" } };
    for (const used of [{ addresses: ["10.9.0.7/32"] }, { routes: ["10.0.0.0/8"] }]) {
      const facts = hostFacts({ server: state({}), ...used });
      expect(() => planHost(facts, wishes)).toThrow(expect.objectContaining({ code: "SUBNET_IN_USE" }));
    }
    const [, step] = planHost(hostFacts({ server: state({}) }), wishes);
    expect(step?.action).toMatchObject({ body: { config: { "ipv4.address": "10.9.0.1/24", "ipv4.nat": "true" } } });
  });
});

describe("a bare host", () => {
  const lines = (facts: Parameters<typeof hostFacts>[0], wishes = {}): readonly string[] =>
    planHost(hostFacts(facts), wishes).map((step) => formatStep(step).split("\n")[2]?.trim() ?? "");

  test("Debian 12 gets its own LXD, and what the bridge needs", () => {
    expect(lines({})).toEqual([
      "how: DEBIAN_FRONTEND=noninteractive apt-get install --yes lxd dnsmasq-base iproute2 nftables",
      "how: systemctl start lxd.service",
      "how: GET /1.0 until it is answered",
      'how: POST /1.0/storage-pools {"name":"default","driver":"dir"}',
      'how: POST /1.0/networks {"name":"lxdbr0"}',
      expect.stringContaining("how: PUT /1.0/profiles/default "),
    ]);
  });

  test("without an init system the daemon is started on its own, and the plan says how", () => {
    expect(lines({ hasSystemd: false })[1]).toMatch(/^how: sh -c 'mkdir .* setsid lxd --group lxd /);
  });

  test("Incus comes from packages alone, and the plan says what is missing", () => {
    expect(() => lines({}, { flavour: "incus" })).toThrow(expect.objectContaining({ code: "NO_INSTALLER" }));
    const packages = { hasApt: true, installed: {}, candidates: { "incus-base": "6.0.4" } };
    expect(lines({ packages }, { flavour: "incus" })[0]).toContain("install --yes incus-base ");
    expect(lines({ packages }, { flavour: "incus" })[4]).toContain('{"name":"incusbr0"}');
  });

  test("one that is installed and does not run is started; one that may not be used is told", () => {
    const packages = { hasApt: true, installed: { lxd: "5.0.2" }, candidates: {} };
    expect(lines({ packages })[0]).toBe("how: systemctl start lxd.service");
    const serverProblem = { code: "SOCKET_FORBIDDEN", message: "no", hint: "join" };
    expect(() => lines({ serverProblem })).toThrow(expect.objectContaining({ code: "SERVER_FORBIDDEN" }));
  });

  test("a snap needs snapd, and other systems than Linux have no servers", () => {
    expect(() => lines({ series: "jammy", os: { ...hostFacts().os, id: "ubuntu" } })).toThrow(
      expect.objectContaining({ code: "NO_INSTALLER" }),
    );
    expect(() => lines({ platform: "darwin" })).toThrow(expect.objectContaining({ code: "HOST_NOT_SUPPORTED" }));
  });
});

test("secrets are in no printed plan", () => {
  const action = {
    kind: "update",
    method: "PUT",
    path: "/1.0",
    change: { config: { "core.trust_password": "sesame" } },
    body: { config: { "core.trust_password": "sesame" }, cluster_token: "sesame" },
  } as const;
  const step = { id: "a", changes: "b", why: "c", action, isUndoable: true };
  expect(formatStep(step) + JSON.stringify(stepForPrint(step))).not.toContain("sesame");
});
