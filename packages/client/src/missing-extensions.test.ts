import { type FakeServer, startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Client, createClient } from "./client.ts";

let fake: FakeServer;
let client: Client;

beforeEach(async () => {
  fake = await startFakeServer({ flavour: "lxd" });
  client = createClient(connectUnix({ socketPath: fake.socketPath }));
});

afterEach(async () => {
  client.events.close();
  await client.connection.close();
  await fake.close();
});

const bucket = { pool: "default", name: "b" };
const content = new Uint8Array(1);
const filter = "name eq x";

test.each<[string, string, () => Promise<unknown>]>([
  ["load balancers", "network_load_balancer", () => client.networks.loadBalancers.list("n")],
  ["the state of a load balancer", "network_load_balancer", () => client.networks.loadBalancers.state("n", "1.2.3.4")],
  ["network allocations", "network_allocations", () => client.networkAllocations()],
  ["network integrations", "network_integrations", () => client.networkIntegrations.create({ name: "i", type: "ovn" })],
  ["buckets", "storage_buckets", () => client.storagePools.buckets.create("default", { name: "b" })],
  ["the import of a bucket", "storage_buckets", () => client.storagePools.buckets.import(bucket, content)],
  ["keys of a bucket", "storage_buckets", () => client.storagePools.buckets.keys.list(bucket)],
  ["backups of a bucket", "storage_bucket_backup", () => client.storagePools.buckets.backups.list(bucket)],
  ["ISO images", "custom_volume_iso", () => client.storagePools.volumes.import("p", content, { contentType: "iso" })],
  ["networks of all projects", "networks_all_projects", () => client.networks.list({ allProjects: true })],
  ["ACLs of all projects", "network_acls_all_projects", () => client.networkAcls.listUrls({ allProjects: true })],
  ["zones of all projects", "network_zones_all_projects", () => client.networkZones.list({ allProjects: true })],
  ["a filter of networks", "api_filtering_extended", () => client.networks.listUrls({ filter, allProjects: true })],
  ["a filter of forwards", "api_filtering_extended", () => client.networks.forwards.list("n", { filter })],
  ["a filter of peers", "api_filtering_extended", () => client.networks.peers.list("n", { filter })],
  ["a filter of ACLs", "api_filtering_extended", () => client.networkAcls.list({ filter })],
  ["a filter of zones", "api_filtering_extended", () => client.networkZones.list({ filter })],
  ["a filter of records", "api_filtering_extended", () => client.networkZones.records.list("z", { filter })],
  ["a filter of pools", "api_filtering_extended", () => client.storagePools.list({ filter })],
])("%s: the error names the extension %s, and nothing is sent", async (_what, extension, call) => {
  await expect(call()).rejects.toMatchObject({ code: "EXTENSION_MISSING", extension });
  expect(fake.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /1.0"]);
});
