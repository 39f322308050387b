import { makeInstance } from "../areas/instances.ts";
import type { Sequence } from "../call.ts";

/** Bodies that are no JSON, or not what the route takes. */
export const bodyRegressions: readonly Sequence[] = [
  {
    name: "a new forward is read before its network is looked for, a changed one after that",
    calls: ["/1.0/networks/br2/forwards", "/1.0/networks/br2/forwards?project=nope"].flatMap((path) => [
      { method: "POST", path },
      { method: "POST", path, body: { listen_address: "x" } },
      { method: "PUT", path: path.replace("forwards", "forwards/192.0.2.1") },
    ]),
  },
  {
    name: "what cannot be read of the wish for a push is ignored",
    calls: [
      ...["{", "", "[]", '{"target":5,"certificate":"none"}', '{"target":"http://127.0.0.1:1","secret":5}'].map(
        (text) => ({ method: "POST", path: "/1.0/images/{tiny}/export", text }),
      ),
      { method: "POST", path: "/1.0/images", body: { source: { type: "instance" } } },
      {
        method: "POST",
        path: "/1.0/images",
        body: { source: { type: "instance", name: "none" }, compression_algorithm: "frob" },
      },
    ],
  },
  {
    name: "a body that is no JSON is refused in the words of Go",
    calls: ["", "{", "[]", "null", '"text"', '{"name":', "{name}", '{"name" 5}', '{"name":"p1"} and more'].map(
      (text) => ({
        method: "POST",
        path: "/1.0/profiles",
        text,
      }),
    ),
  },
  {
    name: "a snapshot's body is read into a map first",
    calls: [
      makeInstance("c1", { source: { type: "none" } }),
      { method: "POST", path: "/1.0/instances/c1/snapshots", body: { name: "s1" } },
      ...["POST", "PUT", "PATCH"].flatMap((method) =>
        ["", "{", "[]", "5", "null"].map((text) => ({ method, path: "/1.0/instances/c1/snapshots/s1", text })),
      ),
    ],
  },
  {
    name: "a field of another type is named with its structure",
    calls: [
      { method: "POST", path: "/1.0/profiles", body: { name: 5 } },
      { method: "POST", path: "/1.0/profiles", body: { name: "p1", config: ["list"] } },
      { method: "POST", path: "/1.0/profiles", body: { name: "p1", config: { a: 5 } } },
      { method: "POST", path: "/1.0/profiles", body: { name: "p1", devices: { d: "text" } } },
      { method: "PUT", path: "/1.0/projects/default", body: { description: { a: "map" } } },
      { method: "POST", path: "/1.0/networks", body: { name: true } },
      { method: "POST", path: "/1.0/storage-pools", body: { name: "pool1", driver: 5 } },
      { method: "POST", path: "/1.0/network-zones", text: "5" },
      { method: "POST", path: "/1.0/images", body: { source: { type: 5 } } },
      { method: "POST", path: "/1.0/images", text: '"text"' },
    ],
  },
  {
    name: "a new name is read before it is known whether there is anything of the old one",
    calls: [
      { method: "POST", path: "/1.0/profiles/p2", text: "{" },
      { method: "POST", path: "/1.0/networks/br2", text: "{" },
      { method: "POST", path: "/1.0/network-acls/acl2", text: "5" },
      { method: "POST", path: "/1.0/storage-pools/default/volumes/custom/v2?project=nope", body: { name: "a/b" } },
      { method: "POST", path: "/1.0/storage-pools/default/volumes/custom/v2", body: { name: "a/b" } },
      { method: "POST", path: "/1.0/images/aliases/none", body: { name: "tiny" } },
      { method: "POST", path: "/1.0/profiles", body: { name: "p1" } },
      { method: "POST", path: "/1.0/profiles/p2", body: { name: "p1" } },
    ],
  },
];
