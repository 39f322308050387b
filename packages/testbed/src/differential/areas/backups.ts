import { type Area, type BodyRule, reads, type Template } from "../area.ts";
import { makeInstance } from "./instances.ts";

const backup: BodyRule = (c) => ({
  ...c.some({ name: c.fill("<snapshot>") }, 0.8),
  ...c.some({ expires_at: c.one(["2040-01-01T00:00:00Z", null]), compression_algorithm: c.one(["gzip", "none"]) }, 0.4),
});

const badBackup: BodyRule = (c) =>
  c.one<Readonly<Record<string, unknown>>>([
    { name: "a/b" },
    { compression_algorithm: "frob" },
    { expires_at: "soon" },
    { name: "" },
  ]);

/** Calls about backups below `url`. */
function backupTemplates(url: string, options: BodyRule): readonly Template[] {
  const list = `${url}/backups`;
  const one = `${list}/<snapshot>`;
  return [
    ...reads(list, `${list}?recursion=1`, one),
    { method: "GET", path: `${one}/export` },
    { method: "POST", path: list, body: (c) => ({ ...backup(c), ...options(c) }), bad: badBackup, weight: 2 },
    { method: "POST", path: one, body: (c) => ({ name: c.fill("<snapshot>") }), bad: () => ({ name: "a/b" }) },
    { method: "POST", path: one, body: () => ({ name: "" }), weight: 0.2 },
    { method: "DELETE", path: one },
  ];
}

const bytes = { "Content-Type": "application/octet-stream" };

/** Sends a backup back. */
function importTemplates(path: string): readonly Template[] {
  return [
    {
      method: "POST",
      path,
      extra: (c) => ({
        sends: "archive",
        headers: {
          ...bytes,
          ...c.some({ "{Prefix}name": c.one(["c2", "c3", "v2", "-a"]) }, 0.8),
          ...c.some({ "{Prefix}pool": "nope" }, 0.1),
        },
      }),
      isSpoilt: false,
    },
    {
      method: "POST",
      path,
      extra: (c) => ({ base64: c.one(["", "Z2FyYmFnZQ=="]), headers: bytes }),
      isSpoilt: false,
      weight: 0.3,
    },
  ];
}

/** Backups of instances, and instances of backups. */
export const backups: Area = {
  name: "backups",
  isOfProject: true,
  prepare: ({ chance, one: pick }) => [
    makeInstance("c1", pick([{}, { source: { type: "none" } }, { config: { "user.a": "x" } }])),
    ...(chance(0.5) ? [{ method: "POST", path: "/1.0/instances/c1/snapshots", body: { name: "s1" } }] : []),
    { method: "POST", path: "/1.0/instances/c1/backups", body: { name: "s1" } },
    { method: "GET", path: "/1.0/instances/c1/backups/s1/export" },
  ],
  templates: [
    ...backupTemplates("/1.0/instances/<instance>", (c) =>
      c.some({ instance_only: true, container_only: true, optimized_storage: true }, 0.2),
    ),
    ...importTemplates("/1.0/instances"),
    { method: "GET", path: "/1.0/instances?recursion=1", weight: 0.5 },
    { method: "GET", path: "/1.0/instances/<instance>?recursion=1", weight: 0.5 },
    { method: "POST", path: "/1.0/instances/c1", body: (c) => ({ name: c.fill("<instance>") }), weight: 0.3 },
    { method: "DELETE", path: "/1.0/instances/<instance>", weight: 0.3 },
  ],
};

const custom = "/1.0/storage-pools/default/volumes/custom";

/** Backups of custom volumes, and volumes of backups. */
export const volumeBackups: Area = {
  name: "volume-backups",
  isOfProject: true,
  prepare: ({ chance }) => [
    { method: "POST", path: custom, body: { name: "v1", config: { "user.a": "x" } } },
    ...(chance(0.5) ? [{ method: "POST", path: `${custom}/v1/snapshots`, body: { name: "s1" } }] : []),
    { method: "POST", path: `${custom}/v1/backups`, body: { name: "s1" } },
    { method: "GET", path: `${custom}/v1/backups/s1/export` },
  ],
  templates: [
    ...backupTemplates(`${custom}/<volume>`, (c) => c.some({ volume_only: true, optimized_storage: true }, 0.2)),
    ...importTemplates(custom),
    { method: "GET", path: `/1.0/storage-pools/default/volumes/container/c1/backups`, weight: 0.2 },
    { method: "GET", path: `/1.0/storage-pools/default/volumes/frob/v1/backups`, weight: 0.2 },
    {
      method: "PUT",
      path: `${custom}/<volume>`,
      body: (c) => ({ restore: c.fill("<snapshot>") }),
      missing: () => ({ restore: "nope" }),
    },
    { method: "POST", path: `${custom}/<volume>`, body: (c) => ({ name: c.fill("<volume>") }), weight: 0.5 },
    { method: "DELETE", path: `${custom}/<volume>`, weight: 0.4 },
  ],
};
