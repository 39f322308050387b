import type { Flavour } from "@lxdkit/protocol";
import { type Area, reads } from "../area.ts";
import { makeInstance } from "./instances.ts";

const lxd: { readonly flavours: readonly Flavour[] } = { flavours: ["lxd"] };
const containers = "/1.0/containers";
const machines = "/1.0/virtual-machines";
const one = `${containers}/<instance>`;

/** The older paths of LXD, which say of what type an instance is; Incus has none of them. */
export const typedPaths: Area = {
  name: "typed-paths",
  isOfProject: true,
  weight: 0.5,
  prepare: () => [
    makeInstance("c1"),
    { method: "POST", path: "/1.0/instances/c1/snapshots", body: { name: "s1" } },
    { method: "GET", path: `${containers}/c1` },
  ],
  templates: [
    ...reads(containers, `${containers}?recursion=1`, machines, `${machines}?recursion=1`, one),
    ...reads(`${machines}/<instance>`, `${one}/state`, `${machines}/<instance>/state`),
    ...reads(`${one}/snapshots`, `${one}/snapshots/<snapshot>`, `${machines}/<instance>/snapshots`),
    {
      method: "POST",
      path: containers,
      body: (c) => ({ name: c.fill("<instance>"), source: { type: "none" } }),
      ...lxd,
    },
    {
      method: "PUT",
      path: `${one}/state`,
      body: (c) => ({ action: c.one(["start", "stop", "frob"]), timeout: -1, force: true }),
      ...lxd,
    },
    { method: "PATCH", path: one, body: (c) => ({ config: { "user.a": c.one(["x", "y"]) } }), ...lxd },
    { method: "PATCH", path: `${machines}/<instance>`, body: () => ({ config: { "user.a": "x" } }), ...lxd },
    { method: "PUT", path: one, body: (c) => ({ restore: c.fill("<snapshot>") }), ...lxd },
    { method: "POST", path: `${one}/snapshots`, body: (c) => ({ name: c.fill("<snapshot>") }), ...lxd },
    { method: "POST", path: `${machines}/<instance>/snapshots`, body: () => ({ name: "s2" }), ...lxd },
    { method: "POST", path: one, body: (c) => ({ name: c.fill("<instance>") }), ...lxd },
    { method: "DELETE", path: one, weight: 0.4, ...lxd },
    { method: "DELETE", path: `${machines}/<instance>`, ...lxd },
    { method: "POST", path: "/1.0/instances", body: (c) => ({ name: c.fill("<instance>"), source: { type: "none" } }) },
    { method: "DELETE", path: "/1.0/instances/<instance>", weight: 0.3 },
  ],
};
