import assert from "node:assert/strict";
import type { StorageVolumeSnapshot } from "@lxdkit/protocol";
import { etagOf } from "../core/etag.ts";
import type { ContractCase } from "./contract-case.ts";
import { assertAllRefused, assertDone, assertTells, of, read } from "./own-object.ts";
import { assertRefused, get, send, succeeds } from "./raw-http.ts";
import { withVolume, withVolumes } from "./volume-cases.ts";

/** Snapshots of custom volumes: all verbs. */
export const volumeSnapshotCases: readonly ContractCase[] = [
  {
    name: "snapshots of a volume are made by operations, and count up without a name",
    async run(target) {
      await withVolumes(target, async (volumes) => {
        await withVolume(target, volumes, { description: "d", config: { "user.a": "1" } }, async (url) => {
          const volume = url.split("/").at(-1) ?? "";
          const snapshots = `${url}/snapshots`;
          const made = await succeeds(target, await send(target, "POST", snapshots, { body: {} }));
          assert.equal(made.description, "Creating storage volume snapshot");
          assert.deepEqual(
            made.resources,
            of<unknown>(target, {
              lxd: { storage_volumes: [`/1.0/storage_volumes/${volume}`] },
              incus: { storage_volume_snapshots: [`${snapshots}/snap0`], storage_volumes: [url] },
            }),
          );
          const expires = "2031-01-01T00:00:00Z";
          await succeeds(target, await send(target, "POST", snapshots, { body: { expires_at: expires } }));
          assert.deepEqual((await get(target, snapshots)).metadata, [`${snapshots}/snap0`, `${snapshots}/snap1`]);
          const listed = (await get(target, `${snapshots}?recursion=1`)).metadata as readonly StorageVolumeSnapshot[];
          assert.deepEqual(
            listed.map(({ name, description, expires_at, content_type }) => [
              name,
              description,
              expires_at,
              content_type,
            ]),
            [
              [`${volume}/snap0`, "d", null, ""],
              [`${volume}/snap1`, "d", expires, ""],
            ],
          );
          const { object, etag } = await read(target, `${snapshots}/snap1`);
          const { created_at: _, ...snapshot } = object;
          assert.deepEqual(snapshot, {
            ...{ name: "snap1", description: "d", expires_at: expires },
            ...{ config: { "user.a": "1" }, content_type: "filesystem" },
          });
          assert.equal(etag, `"${etagOf(["d", expires])}"`);
          const all = (await get(target, volumes)).metadata as string[];
          assert.deepEqual(all, [url, `${snapshots}/snap0`, `${snapshots}/snap1`]);
          // One removal at a time: the servers rewrite the list of them each time.
          for (const name of ["snap0", "snap1"]) {
            const removed = await succeeds(target, await send(target, "DELETE", `${snapshots}/${name}`));
            assert.equal(removed.description, "Deleting storage volume snapshot");
          }
          assert.deepEqual((await get(target, snapshots)).metadata, []);
        });
      });
    },
  },
  {
    name: "a snapshot of a volume is changed at once, renamed by an operation, and may be restored",
    async run(target) {
      await withVolumes(target, async (volumes) => {
        await withVolume(target, volumes, {}, async (url) => {
          const snapshots = `${url}/snapshots`;
          const one = `${snapshots}/s1`;
          await succeeds(target, await send(target, "POST", snapshots, { body: { name: "s1" } }));
          assertDone(await send(target, "PATCH", one, { body: { expires_at: "2031-01-01T00:00:00Z" } }));
          assertDone(await send(target, "PATCH", one, { body: { description: "x" } }));
          const first = (await read(target, one)).object;
          assert.deepEqual([first["description"], first["expires_at"]], ["x", "2031-01-01T00:00:00Z"]);
          const stale = await send(target, "PUT", one, { body: {}, headers: { "If-Match": '"stale"' } });
          assertRefused(stale, 412, / vs stale$/);
          assertDone(await send(target, "PUT", one, { body: { description: "y" } }));
          const second = (await read(target, one)).object;
          assert.deepEqual([second["description"], second["expires_at"]], ["y", "0001-01-01T00:00:00Z"]);
          const renamed = await succeeds(target, await send(target, "POST", one, { body: { name: "s2" } }));
          assert.equal(renamed.description, "Renaming storage volume snapshot");
          assert.deepEqual((await get(target, snapshots)).metadata, [`${snapshots}/s2`]);
          assertDone(await send(target, "PUT", url, { body: { restore: "s2" } }));
          const missing = `${snapshots}/no-such`;
          await assertAllRefused(target, [
            ["PUT", url, { restore: "no-such" }, 500, "Snapshot not found"],
            ["POST", snapshots, { name: "s2" }, 409, 'Snapshot "s2" already in use'],
            ["POST", snapshots, { name: "a/b" }, 400, 'Storage name cannot contain "/"'],
            ["POST", `${volumes}/no-such/snapshots`, { name: "a" }, 404, "Storage pool volume not found"],
            ["GET", missing, undefined, 404, "Storage pool volume not found"],
            ["PUT", missing, {}, 404, "Storage pool volume not found"],
            ["DELETE", missing, undefined, 404, "Storage pool volume not found"],
          ]);
          const nothing = await get(target, `${volumes}/no-such/snapshots`);
          if (target.flavour === "lxd") assert.deepEqual(nothing.metadata, []);
          else assertRefused(nothing, 404, "Storage pool volume not found");
        });
      });
    },
  },
  {
    name: "what happens to a snapshot of a volume is told, a rename under its old name",
    async run(target) {
      await withVolumes(target, async (volumes) => {
        await withVolume(target, volumes, {}, async (url) => {
          const volume = url.split("/").at(-1) ?? "";
          const disk = `${volumes}/default_${volume}`;
          const told = [
            { action: "storage-volume-snapshot-created", source: `${disk}/snapshots/s1`, context: { type: "custom" } },
            { action: "storage-volume-snapshot-updated", source: `${url}/snapshots/s1` },
            { action: "storage-volume-snapshot-renamed", source: `${disk}/snapshots/s1`, context: { old_name: "s1" } },
            { action: "storage-volume-restored", source: disk, context: { snapshot: "s2" } },
            { action: "storage-volume-snapshot-deleted", source: `${disk}/snapshots/s2` },
            { action: "storage-volume-deleted", source: disk },
          ];
          await assertTells(target, told, async () => {
            await succeeds(target, await send(target, "POST", `${url}/snapshots`, { body: { name: "s1" } }));
            assertDone(await send(target, "PATCH", `${url}/snapshots/s1`, { body: { description: "x" } }));
            await succeeds(target, await send(target, "POST", `${url}/snapshots/s1`, { body: { name: "s2" } }));
            assertDone(await send(target, "PUT", url, { body: { restore: "s2" } }));
            assertDone(await send(target, "DELETE", url));
          });
        });
      });
    },
  },
];
