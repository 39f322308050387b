import { describe, expect, test } from "vitest";
import type { HostFacts } from "../host/host-facts.ts";
import { hostFacts } from "../testing/host-facts.ts";
import { freshState } from "./default-objects.ts";
import { diagnoseHost } from "./diagnose-host.ts";

const idsOf = (facts: Partial<HostFacts>): readonly string[] => diagnoseHost(hostFacts(facts)).map(({ id }) => id);

const nothing = { description: "", config: {}, used_by: [], locations: [], status: "Created" };
const pool = { ...nothing, name: "default", driver: "dir" };
const config = { "ipv4.address": "10.9.0.1/24" };
const bridge = { ...nothing, config, name: "br0", type: "bridge", managed: true, inProject: "default" };
const devices = { root: { type: "disk", path: "/", pool: "default" }, eth0: { type: "nic", network: "br0" } };
const profile = { ...nothing, name: "default", inProject: "default", devices };
const healthy = { ...freshState("lxd"), pools: [pool], networks: [bridge], profiles: [profile] };

describe("what is wrong with a host", () => {
  test("nothing", () => expect(idsOf({ server: healthy })).toEqual([]));

  test.for([
    ["no server", {}, ["no-server"]],
    [
      "a server that is not started",
      { packages: { hasApt: true, installed: { lxd: "5" }, candidates: {} } },
      ["server-away"],
    ],
    [
      "a snap that does not answer",
      { snap: { name: "lxd", version: "5", revision: "1", channel: "5.0/stable" } },
      ["server-away"],
    ],
    [
      "a socket of others",
      { serverProblem: { code: "SOCKET_FORBIDDEN", message: "no", hint: "" } },
      ["socket-forbidden"],
    ],
    ["an empty server", { server: freshState("lxd") }, ["no-storage-pool", "no-nic"]],
    [
      "no root disk",
      { server: { ...healthy, profiles: [{ ...profile, devices: { eth0: devices.eth0 } }] } },
      ["no-root-disk"],
    ],
    ["a pool that is gone", { server: { ...healthy, pools: [{ ...pool, name: "other" }] } }, ["pool-missing"]],
    ["a pool that failed", { server: { ...healthy, pools: [{ ...pool, status: "Errored" }] } }, ["pool-not-ready"]],
    ["another kind of network", { server: { ...healthy, networks: [{ ...bridge, type: "ovn" }] } }, ["nic-unsuitable"]],
    [
      "a bridge without IPv4",
      { server: { ...healthy, networks: [{ ...bridge, config: {} }] } },
      ["bridge-without-ipv4"],
    ],
    ["a container", { server: healthy, container: "lxc" }, ["in-a-container"]],
    [
      "a poor kernel",
      { server: healthy, kernel: { ...hostFacts().kernel, hasUserNamespaces: false, hasIdRanges: false, cgroups: "" } },
      ["no-user-namespaces", "no-id-ranges", "no-cgroups"],
    ],
  ] as const)("%s", ([, facts, ids]) => {
    expect(idsOf(facts)).toEqual(ids);
    for (const { command } of diagnoseHost(hostFacts(facts))) expect(command).not.toBe("");
  });
});
