import type { Flavour } from "@lxdkit/protocol";
import { describe, expect, test } from "vitest";
import { get } from "../contract/raw-http.ts";
import { type FakeServer, startFakeServer } from "../fake-server.ts";
import { withClusterGroup } from "./with-cluster-group.ts";
import { withInstance } from "./with-instance.ts";
import { withInstanceSnapshot, withVolume, withWarning } from "./with-kept-objects.ts";
import { withNetworkAcl, withNetworkForward, withNetworkIntegration, withNetworkZone } from "./with-network-objects.ts";
import { withNetwork, withPool, withProject } from "./with-objects.ts";

async function metadata({ flavour, socketPath }: FakeServer, path: string): Promise<unknown> {
  const { metadata: found, error } = await get({ flavour, socketPath, imageAlias: "none" }, `/1.0/${path}`);
  expect(error).toBe("");
  return found;
}

const setup = [
  withProject({ name: "p1", config: { "features.storage.volumes": "false" } }),
  withNetwork({ name: "br1", config: { "ipv4.address": "10.9.8.1/24" } }),
  withNetworkAcl({ name: "web", ingress: [{ action: "allow", state: "enabled", destination_port: "80" }] }),
  withNetworkForward({
    network: "br1",
    listenAddress: "192.0.2.1",
    ports: [{ protocol: "tcp", listen_port: "80", target_address: "10.9.8.2" }],
  }),
  withNetworkZone({ name: "lab.example", records: [{ name: "www", entries: [{ type: "A", value: "192.0.2.1" }] }] }),
  withPool({ name: "fast" }),
  withVolume({ name: "data", pool: "fast", config: { "user.a": "b" }, snapshots: ["s1"] }),
  withVolume({ name: "shared", project: "p1", contentType: "block" }),
  withInstance({ name: "c1", config: { "user.a": "b" } }),
  withInstanceSnapshot({ instance: "c1", name: "s1" }),
  withWarning({ type: "Instance type not operational", message: "no KVM", severity: "moderate" }),
];

describe.each<Flavour>(["lxd", "incus"])("a prepared %s", (flavour) => {
  test("has objects of every kind, also after a way through JSON", async () => {
    await using first = await startFakeServer({ flavour, setup });
    const state = JSON.parse(JSON.stringify(first.save())) as ReturnType<FakeServer["save"]>;
    await using second = await startFakeServer({ state });
    for (const fake of [first, second]) {
      expect(await metadata(fake, "network-acls/web")).toMatchObject({
        ingress: [{ action: "allow", destination_port: "80" }],
        used_by: [],
      });
      expect(await metadata(fake, "networks/br1/forwards/192.0.2.1")).toMatchObject({ ports: [{ listen_port: "80" }] });
      expect(await metadata(fake, "network-zones/lab.example/records/www")).toMatchObject({
        entries: [{ type: "A", value: "192.0.2.1" }],
      });
      const volume = "storage-pools/fast/volumes/custom/data";
      expect(await metadata(fake, volume)).toMatchObject({ config: { "user.a": "b" }, content_type: "filesystem" });
      expect(await metadata(fake, `${volume}/snapshots/s1`)).toMatchObject({ name: "s1", config: { "user.a": "b" } });
      // A project without volumes of its own uses those of the default project.
      const shared = "storage-pools/default/volumes/custom/shared";
      expect(await metadata(fake, `${shared}?project=p1`)).toMatchObject({ content_type: "block" });
      expect(await metadata(fake, "instances/c1/snapshots/s1")).toMatchObject({ config: { "user.a": "b" } });
      expect(fake.save().records["warnings"]).toMatchObject([
        { type: "Instance type not operational", severity: "moderate", status: "new", lastMessage: "no KVM" },
      ]);
    }
  });
});

test("an integration is there on Incus", async () => {
  await using fake = await startFakeServer({ flavour: "incus", setup: [withNetworkIntegration({ name: "i1" })] });
  expect(await metadata(fake, "network-integrations/i1")).toMatchObject({ name: "i1", type: "ovn" });
});

test("groups and volumes of members are there in a cluster", async () => {
  const groups = [withClusterGroup({ name: "gpu", members: ["m2"] }), withVolume({ name: "v1", member: "m2" })];
  await using fake = await startFakeServer({ members: ["m1", "m2"], setup: groups });
  expect(await metadata(fake, "cluster/groups/gpu")).toMatchObject({ members: ["m2"] });
  expect(await metadata(fake, "storage-pools/default/volumes/custom/v1?target=m2")).toMatchObject({ location: "m2" });
});

test.each([
  ["no member m9", withClusterGroup({ name: "g", members: ["m9"] })],
  ["no network br9 yet", withNetworkForward({ network: "br9", listenAddress: "192.0.2.1" })],
  ["no pool p9 yet", withVolume({ name: "v", pool: "p9" })],
  ["no instance c9 yet", withInstanceSnapshot({ instance: "c9", name: "s" })],
])("what is not there yet is an error of the test: %s", async (text, one) => {
  await expect(startFakeServer({ setup: [one] })).rejects.toThrow(text);
});
