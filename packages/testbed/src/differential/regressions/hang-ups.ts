import type { Sequence } from "../call.ts";

const forward = "/1.0/networks/br1/forwards/192.0.2.1";
const zone = "/1.0/network-zones/z1.example";
const volume = "/1.0/storage-pools/default/volumes/custom/v1";

/** Where handlers of the servers crash, so that they hang up. */
export const hangUpRegressions: readonly Sequence[] = [
  {
    name: "a PATCH without a configuration crashes where there is one to keep",
    calls: [
      {
        method: "POST",
        path: "/1.0/networks",
        body: { name: "br1", config: { "ipv4.address": "10.77.1.1/24", "ipv6.address": "none" } },
      },
      { method: "POST", path: "/1.0/networks/br1/forwards", body: { listen_address: "192.0.2.1" } },
      { method: "POST", path: "/1.0/network-acls", body: { name: "acl1" } },
      { method: "POST", path: "/1.0/network-zones", body: { name: "z1.example" } },
      { method: "POST", path: `${zone}/records`, body: { name: "www", config: { "user.a": "x" } } },
      { method: "POST", path: "/1.0/network-integrations", body: { name: "www", type: "ovn" } },
      ...[forward, "/1.0/network-acls/acl1", `${zone}/records/www`, zone, "/1.0/network-integrations/www"].flatMap(
        (path) => [
          { method: "PATCH", path, body: {} },
          { method: "PATCH", path, body: { config: { "user.a": "x" } } },
          { method: "PATCH", path, body: { description: "d" } },
          { method: "PATCH", path, text: "null" },
          { method: "PATCH", path, body: { config: {} } },
          { method: "GET", path },
        ],
      ),
      { method: "PATCH", path: `${zone}/records/www`, body: {} },
    ],
  },
  {
    name: "a backup whose body is null crashes",
    calls: [
      { method: "POST", path: "/1.0/storage-pools/default/volumes/custom", body: { name: "v1" } },
      { method: "POST", path: `${volume}/backups`, text: "null" },
      { method: "POST", path: `${volume}/backups`, body: { name: "s1", expires_at: { a: "map" } } },
      { method: "POST", path: `${volume}/backups`, body: { name: "s2", expires_at: "" } },
      { method: "GET", path: `${volume}/backups?recursion=1` },
      { method: "POST", path: "/1.0/instances", body: { name: "c1", source: { type: "none" } } },
      { method: "POST", path: "/1.0/instances/c1/backups", text: "null" },
      { method: "POST", path: "/1.0/instances/c1/backups", body: { name: "s1", expires_at: 5 } },
    ],
  },
  {
    name: "a state of all instances that is null crashes",
    calls: [
      ...[{ state: null }, {}, { state: {} }].map((body) => ({ method: "PUT", path: "/1.0/instances", body })),
      { method: "PUT", path: "/1.0/instances", text: "null" },
    ],
  },
  {
    name: "a new image without a source crashes",
    calls: [
      { method: "POST", path: "/1.0/images", body: {} },
      { method: "POST", path: "/1.0/images", text: "null" },
      { method: "POST", path: "/1.0/images", body: { source: null, aliases: [{ name: "a1" }] } },
      { method: "POST", path: "/1.0/images", body: { source: {} } },
    ],
  },
];
