import type { Sequence } from "../call.ts";

const volumes = "/1.0/storage-pools/default/volumes";

/** Pools, volumes and ACLs: what is looked at first. */
export const storeRegressions: readonly Sequence[] = [
  {
    name: "volumes are in the order of their types and whole names",
    calls: [
      { method: "POST", path: "/1.0/instances", body: { name: "c1", source: { type: "none" } } },
      { method: "POST", path: "/1.0/projects", body: { name: "pr1", config: { "features.storage.volumes": "true" } } },
      { method: "POST", path: `${volumes}/custom?project=pr1`, body: { name: "a" } },
      ...[".", "..", "a", "a.b", "A"].flatMap((name) => [
        { method: "POST", path: `${volumes}/custom`, body: { name } },
        { method: "POST", path: `${volumes}/custom/${encodeURIComponent(name)}/snapshots`, body: { name: "s1" } },
      ]),
      { method: "GET", path: volumes },
      { method: "GET", path: `${volumes}?recursion=1` },
      { method: "GET", path: `${volumes}?all-projects=true` },
    ],
  },
  {
    name: "what is done in a project without volumes of its own is told there, and backups are listed without it",
    calls: [
      { method: "POST", path: "/1.0/projects", body: { name: "pr1", config: { "features.storage.volumes": "false" } } },
      { method: "POST", path: `${volumes}/custom?project=pr1`, body: { name: "v1" } },
      {
        method: "POST",
        path: `${volumes}/custom?project=pr1`,
        body: { name: "v2", source: { type: "copy", name: "v1", pool: "default" } },
      },
      { method: "POST", path: `${volumes}/custom/v1/backups?project=pr1`, body: { name: "s 1" } },
      { method: "GET", path: `${volumes}/custom/v1/backups?project=pr1` },
      { method: "GET", path: `${volumes}/custom/v1/backups/s%201/export?project=pr1` },
      {
        method: "POST",
        path: `${volumes}/custom?project=pr1`,
        sends: "archive",
        headers: { "Content-Type": "application/octet-stream", "{Prefix}name": "v3" },
      },
      { method: "POST", path: "/1.0/projects", body: { name: "pr2", config: { "features.storage.volumes": "true" } } },
      { method: "POST", path: `${volumes}/custom?project=pr2`, body: { name: "v1" } },
      { method: "POST", path: `${volumes}/custom/v1/backups?project=pr2`, body: { name: "s1" } },
      { method: "GET", path: `${volumes}/custom/v1/backups?project=pr2` },
    ],
  },
  {
    name: "of what type a network is comes before everything but its name and its project",
    calls: [
      { method: "POST", path: "/1.0/projects", body: { name: "pr1", config: { "features.networks": "true" } } },
      { method: "POST", path: "/1.0/networks", body: { name: "br1", config: { "ipv4.address": "none" } } },
      ...["frob", "macvlan", "ovn"].flatMap((type) =>
        ["", "?target=nope", "?project=pr1", "?project=nope"].map((query) => ({
          method: "POST",
          path: `/1.0/networks${query}`,
          body: { name: "br1", type },
        })),
      ),
      { method: "POST", path: "/1.0/networks", body: { name: "a/b", type: "frob" } },
      { method: "POST", path: "/1.0/networks", body: { name: "", type: "frob" } },
    ],
  },
  {
    name: "a pool or network that is for a member that there is none of is looked at in another order",
    calls: [
      { method: "POST", path: "/1.0/storage-pools", body: { name: "pool1", driver: "dir" } },
      ...["?target=nope", ""].flatMap((query) =>
        [
          { name: "pool1", driver: "dir" },
          { name: "pool1", driver: "frob" },
          { name: "pool 2", driver: "frob" },
          { name: "pool 2", driver: "dir" },
        ].map((body) => ({ method: "POST", path: `/1.0/storage-pools${query}`, body })),
      ),
      { method: "POST", path: "/1.0/storage-pools?target=nope", body: { name: "pool2", driver: "dir" } },
      { method: "POST", path: "/1.0/networks?target=nope", body: { name: "br1", type: "bridge" } },
    ],
  },
  {
    name: "what a volume cannot be is told before its project and pool are looked for, or after it",
    calls: [
      { method: "POST", path: `${volumes}?project=nope`, body: { name: "v1", type: "frob" } },
      { method: "POST", path: `${volumes}?project=nope`, text: "null" },
      { method: "POST", path: `${volumes}?project=nope`, body: { name: "v1" } },
      { method: "POST", path: volumes, body: { name: "v1", type: "", content_type: "frob" } },
      { method: "POST", path: `${volumes}?project=nope`, body: { name: "v1", type: "custom", content_type: "frob" } },
      { method: "POST", path: `${volumes}/custom?project=nope`, body: { name: "" } },
      { method: "POST", path: "/1.0/storage-pools/nope/volumes/custom" },
      { method: "POST", path: "/1.0/storage-pools/nope/volumes/custom", body: { name: "v1", content_type: "frob" } },
      { method: "POST", path: "/1.0/storage-pools/nope/volumes?project=nope" },
      { method: "POST", path: `${volumes}/frob?project=nope`, body: { name: "v1" } },
      { method: "POST", path: `${volumes}/image?project=nope`, body: { name: "v1" } },
      { method: "POST", path: "/1.0/storage-pools/nope/volumes?project=nope", body: { name: "v1", type: "custom" } },
      { method: "GET", path: "/1.0/storage-pools/nope/volumes/custom/v1?project=nope" },
      { method: "GET", path: "/1.0/storage-pools/nope/volumes/container/v1?project=nope" },
      { method: "GET", path: "/1.0/storage-pools/nope/volumes/frob/v1?project=nope" },
    ],
  },
  {
    name: "another name for a volume is looked at before the volume",
    calls: [
      { method: "POST", path: `${volumes}/custom/v1`, text: "null" },
      { method: "POST", path: `${volumes}/custom/v1?project=nope`, body: { name: "a/b" } },
      { method: "POST", path: `${volumes}/container/c1`, body: { name: "" } },
      { method: "POST", path: `${volumes}/frob/c1`, body: { name: "c2" } },
      { method: "PATCH", path: `${volumes}/container/c1`, body: {} },
      { method: "PATCH", path: `${volumes}/image/c1?project=nope`, body: {} },
      { method: "PATCH", path: `${volumes}/frob/c1`, body: {} },
      { method: "POST", path: `${volumes}/custom`, body: { name: "v1" } },
      { method: "POST", path: `${volumes}/custom/v1/snapshots`, body: { name: "s1" } },
      { method: "POST", path: `${volumes}/custom/v1/snapshots`, body: { name: "a/b" } },
      { method: "POST", path: `${volumes}/custom/v1/snapshots/s1`, body: { name: "a/b" } },
      { method: "POST", path: `${volumes}/custom/v1/snapshots/s1`, body: { name: "" } },
      { method: "POST", path: `${volumes}/custom/v1/snapshots/s1`, body: { name: "a b" } },
      { method: "POST", path: `${volumes}/custom/v2/snapshots/s1`, body: { name: "a/b" } },
      { method: "POST", path: `${volumes}/custom/v2/snapshots/s1?project=nope`, body: { name: "" } },
      { method: "POST", path: `${volumes}/frob/v2/snapshots/s1?project=nope`, body: { name: "" } },
    ],
  },
  {
    name: "a backup of a volume loses its file to another one that wants its name",
    calls: [
      { method: "POST", path: `${volumes}/custom`, body: { name: "v1" } },
      { method: "POST", path: `${volumes}/custom/v1/backups`, body: { name: "s1" } },
      { method: "POST", path: `${volumes}/custom/v1/backups`, body: { name: "s2" } },
      { method: "POST", path: `${volumes}/custom/v1/backups/s1`, body: { name: "s2" } },
      { method: "POST", path: `${volumes}/custom/v1/backups/s2`, body: { name: "s3" } },
      { method: "GET", path: `${volumes}/custom/v1/backups/s2/export` },
      { method: "GET", path: `${volumes}/custom/v1/backups/s1/export` },
      { method: "DELETE", path: `${volumes}/custom/v1/backups/s2` },
    ],
  },
  {
    name: "a pool is read in a project",
    calls: [
      { method: "GET", path: "/1.0/storage-pools/default?project=nope" },
      { method: "GET", path: "/1.0/storage-pools/nope?project=nope" },
      { method: "PATCH", path: "/1.0/storage-pools/nope?project=nope", body: {} },
      { method: "GET", path: "/1.0/storage-pools?project=nope" },
      { method: "GET", path: "/1.0/storage-pools/default/resources?project=nope" },
    ],
  },
  {
    name: "a PATCH keeps the ports of a forward, and gives a record the configuration of its zone",
    calls: [
      {
        method: "POST",
        path: "/1.0/networks",
        body: { name: "br1", config: { "ipv4.address": "10.77.1.1/24", "ipv6.address": "none" } },
      },
      {
        method: "POST",
        path: "/1.0/networks/br1/forwards",
        body: {
          listen_address: "192.0.2.1",
          description: "d",
          ports: [{ protocol: "tcp", listen_port: "80", target_address: "10.77.1.5" }],
          config: { "user.a": "x" },
        },
      },
      { method: "PATCH", path: "/1.0/networks/br1/forwards/192.0.2.1", body: { config: { "user.b": "y" } } },
      { method: "GET", path: "/1.0/networks/br1/forwards/192.0.2.1" },
      { method: "PATCH", path: "/1.0/networks/br1/forwards/192.0.2.1", body: { config: {}, ports: [] } },
      { method: "GET", path: "/1.0/networks/br1/forwards/192.0.2.1" },
      { method: "POST", path: "/1.0/network-zones", body: { name: "z1.example", config: { "user.z": "1" } } },
      {
        method: "POST",
        path: "/1.0/network-zones/z1.example/records",
        body: { name: "www", config: { "user.b": "1" } },
      },
      { method: "PATCH", path: "/1.0/network-zones/z1.example/records/www", body: { config: { "user.c": "2" } } },
      { method: "GET", path: "/1.0/network-zones/z1.example/records/www" },
      { method: "PATCH", path: "/1.0/network-zones/z1.example", body: { config: { "dns.nameservers": "ns.example" } } },
      { method: "PATCH", path: "/1.0/network-zones/z1.example/records/www", body: { config: { "user.c": "3" } } },
    ],
  },
  {
    name: "a network in use has no other name, not even one that an interface has",
    calls: [
      { method: "POST", path: "/1.0/networks", body: { name: "br1", config: { "ipv6.address": "none" } } },
      { method: "POST", path: "/1.0/profiles", body: { name: "p1", devices: { a: { type: "nic", network: "br1" } } } },
      { method: "POST", path: "/1.0/networks/br1", body: { name: "lo" } },
      { method: "POST", path: "/1.0/networks/br1", body: { name: "br1" } },
      { method: "POST", path: "/1.0/networks/br1", body: { name: "a b" } },
      { method: "DELETE", path: "/1.0/profiles/p1" },
      { method: "POST", path: "/1.0/networks/br1", body: { name: "lo" } },
    ],
  },
  {
    name: "an ACL that is in use has no other name, not even a bad one",
    calls: [
      { method: "POST", path: "/1.0/network-acls", body: { name: "acl1" } },
      {
        method: "POST",
        path: "/1.0/networks",
        body: {
          name: "br1",
          config: { "security.acls": "acl1", "ipv4.address": "10.77.1.1/24", "ipv6.address": "none" },
        },
      },
      { method: "POST", path: "/1.0/network-acls/acl1", body: { name: "a/b" } },
      { method: "POST", path: "/1.0/network-acls/acl1", body: { name: "@internal" } },
      { method: "POST", path: "/1.0/network-acls/acl1", body: { name: "acl1" } },
      { method: "POST", path: "/1.0/network-acls/acl1", body: { name: "" } },
    ],
  },
];
