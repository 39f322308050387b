import type { Flavour } from "@lxdkit/protocol";
import { type Area, type BodyRule, reads, type Template } from "../area.ts";

const incus: { readonly flavours: readonly Flavour[] } = { flavours: ["incus"] };

const of = (templates: readonly Template[]): readonly Template[] =>
  templates.map((template) => ({ ...template, ...incus }));

const bucketConfig: BodyRule = (c) => ({ config: c.config({ size: ["1MiB"], "user.a": ["x"] }) });
const badBucket: BodyRule = (c) => ({
  config: c.one<Readonly<Record<string, string>>>([{ size: "much" }, { "no.such.key": "1" }]),
});
const buckets = "/1.0/storage-pools/default/buckets";
const bucket = `${buckets}/bucket1`;

const named: BodyRule = (c) => ({ name: c.one(["one", "two"]) });

/** Buckets, which no server can make without MinIO. */
export const bucketsArea: Area = {
  name: "buckets",
  isOfProject: true,
  prepare: () => [{ method: "POST", path: "/1.0/storage-pools", body: { name: "pool1", driver: "dir" } }],
  templates: [
    ...reads(buckets, `${buckets}?recursion=1`, "/1.0/storage-pools/<pool>/buckets", bucket),
    ...reads(`${bucket}/keys`, `${bucket}/keys?recursion=1`, `${bucket}/keys/key1`),
    ...of([
      {
        method: "POST",
        path: "/1.0/storage-pools/<pool>/buckets",
        body: (c) => ({ name: c.one(["bucket1", "a", "Bad Name", ""]), ...bucketConfig(c) }),
        bad: badBucket,
        weight: 2,
      },
      { method: "PUT", path: bucket, body: bucketConfig, bad: badBucket },
      { method: "PATCH", path: bucket, body: bucketConfig, bad: badBucket },
      { method: "DELETE", path: bucket },
      { method: "POST", path: `${bucket}/keys`, body: (c) => ({ ...named(c), role: c.one(["admin", "frob"]) }) },
      { method: "PUT", path: `${bucket}/keys/key1`, body: () => ({ role: "admin" }) },
      { method: "DELETE", path: `${bucket}/keys/key1` },
      ...reads(`${bucket}/backups`, `${bucket}/backups/b1`, `${bucket}/backups/b1/export`),
      { method: "POST", path: `${bucket}/backups`, body: named },
      { method: "POST", path: `${bucket}/backups/b1`, body: named },
      { method: "DELETE", path: `${bucket}/backups/b1` },
    ]),
  ],
};

const network = "/1.0/networks/<network>";
const peers = `${network}/peers`;
const balancers = `${network}/load-balancers`;
const balancer = `${balancers}/192.0.2.1`;
const integrations = "/1.0/network-integrations";
const integration = `${integrations}/<record>`;

const integrationContent: BodyRule = (c) => ({
  ...c.some({ description: c.one(["", "one"]) }),
  ...c.some(
    {
      config: c.config({
        "user.a": ["x", "y"],
        "ovn.northbound_connection": ["tcp:[192.0.2.1]:6641"],
        "ovn.ca_cert": [""],
      }),
    },
    0.85,
  ),
});
const badIntegration: BodyRule = (c) => c.one([{ config: { "no.such.key": "1" } }, { type: "frob" }, { name: "a/b" }]);

/** What needs OVN, on servers that have none. */
export const withoutOvn: Area = {
  name: "ovn",
  prepare: () => [
    {
      method: "POST",
      path: "/1.0/networks",
      body: { name: "br1", config: { "ipv4.address": "10.77.1.1/24", "ipv4.nat": "true", "ipv6.address": "none" } },
    },
  ],
  templates: [
    ...reads(peers, `${peers}?recursion=1`, `${peers}/peer1`),
    {
      method: "POST",
      path: peers,
      body: (c) => ({ ...named(c), target_network: c.one(["br1", "br2", "nope"]), target_project: "default" }),
    },
    { method: "PUT", path: `${peers}/peer1`, body: () => ({ description: "one" }) },
    { method: "PATCH", path: `${peers}/peer1`, body: () => ({ description: "one" }) },
    { method: "DELETE", path: `${peers}/peer1` },
    ...of([
      ...reads(balancers, `${balancers}?recursion=1`, balancer, `${balancer}/state`),
      { method: "POST", path: balancers, body: () => ({ listen_address: "192.0.2.1", backends: [] }) },
      { method: "PUT", path: balancer, body: () => ({ description: "one" }) },
      { method: "PATCH", path: balancer, body: () => ({ description: "one" }) },
      { method: "DELETE", path: balancer },
      ...reads(integrations, `${integrations}?recursion=1`, integration),
      {
        method: "POST",
        path: integrations,
        body: (c) => ({ name: c.fill("<record>"), type: "ovn", ...integrationContent(c) }),
        bad: badIntegration,
        weight: 2,
      },
      { method: "PUT", path: integration, body: integrationContent, bad: badIntegration },
      { method: "PATCH", path: integration, body: integrationContent, bad: badIntegration },
      // One that has lost its name can never be removed again.
      { method: "POST", path: integration, body: (c) => ({ name: c.fill("<record>") }), isSpoilt: false },
      { method: "DELETE", path: integration },
      ...reads("/1.0/network-allocations", "/1.0/network-allocations?all-projects=true"),
    ]),
    {
      method: "POST",
      path: "/1.0/networks",
      body: () => ({ name: "br2", config: { "ipv4.address": "none", "ipv6.address": "none" } }),
      weight: 0.3,
    },
    { method: "DELETE", path: network, weight: 0.2 },
  ],
};
