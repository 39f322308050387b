import assert from "node:assert/strict";
import { headerPrefix } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { exchange } from "./own-image.ts";
import {
  assertAllRefused,
  assertDone,
  assertTells,
  type Fields,
  of,
  read,
  shortName,
  type Told,
} from "./own-object.ts";
import { type Answer, assertRefused, fails, get, send, succeeds } from "./raw-http.ts";
import { withVolume, withVolumes } from "./volume-cases.ts";

/** Sends bytes as the body of a `POST`; the headers get the prefix of the family. */
async function sendBytes(
  target: ContractTarget,
  path: string,
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const prefix = headerPrefix(target.flavour);
  const own = Object.fromEntries(Object.entries(headers).map(([key, value]) => [`${prefix}${key}`, value]));
  const sent = { bytes, headers: { "Content-Type": "application/octet-stream", ...own } };
  return (await exchange(target, "POST", path, sent)).answer;
}

async function makeBackup(target: ContractTarget, url: string, body: object): Promise<void> {
  await succeeds(target, await send(target, "POST", `${url}/backups`, { body }));
}

async function download(target: ContractTarget, url: string): Promise<Buffer> {
  const { answer, bytes } = await exchange(target, "GET", `${url}/export`);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers["content-type"], "application/octet-stream");
  assert.equal(answer.headers["content-disposition"], "inline;filename=");
  return bytes;
}

/** Backups of custom volumes, and volumes that are made of them. */
export const volumeBackupCases: readonly ContractCase[] = [
  {
    name: "backups of a volume are made by operations, and count up without a name",
    async run(target) {
      await withVolumes(target, async (volumes) => {
        await withVolume(target, volumes, { config: { "user.a": "1" } }, async (url) => {
          const name = url.split("/").at(-1) ?? "";
          assert.deepEqual((await get(target, `${url}/backups`)).metadata, []);
          const made = await succeeds(target, await send(target, "POST", `${url}/backups`, { body: { name: "b" } }));
          assert.equal(made.description, "Creating custom volume backup");
          assert.deepEqual(
            made.resources,
            of<Fields>(target, {
              lxd: { backups: ["/1.0/backups/b"], storage_volumes: [`/1.0/storage_volumes/${name}`] },
              incus: { backups: [`${url}/backups/b`], storage_volumes: [url] },
            }),
          );
          await makeBackup(target, url, { volume_only: true, expires_at: "2040-01-01T00:00:00Z" });
          const urls = [`${url}/backups/b`, `${url}/backups/backup0`];
          assert.deepEqual((await get(target, `${url}/backups`)).metadata, urls);
          const listed = (await get(target, `${url}/backups?recursion=1`)).metadata as readonly Fields[];
          assert.deepEqual(
            listed.map((backup) => ({ ...backup, created_at: undefined })),
            [
              {
                created_at: undefined,
                name: "b",
                expires_at: "0001-01-01T00:00:00Z",
                volume_only: false,
                optimized_storage: false,
              },
              {
                created_at: undefined,
                name: "backup0",
                expires_at: "2040-01-01T00:00:00Z",
                volume_only: true,
                optimized_storage: false,
              },
            ],
          );
          assert.deepEqual((await read(target, `${url}/backups/b`)).object, listed[0]);
        });
      });
    },
  },
  {
    name: "backups of volumes that make no sense are refused, at once or in the operation",
    async run(target) {
      await withVolumes(target, async (volumes, pool) => {
        await withVolume(target, volumes, {}, async (url) => {
          const name = url.split("/").at(-1) ?? "";
          const backups = `${url}/backups`;
          await makeBackup(target, url, { name: "b" });
          const taken = `Create volume backup: Backup "${name}/b" already exists`;
          await fails(target, await send(target, "POST", backups, { body: { name: "b" } }), taken);
          const algorithm = of(target, {
            lxd: 'Invalid compression algorithm "foo"',
            incus: 'Compression algorithm "foo" isn\'t currently supported',
          });
          const missing = "Storage volume backup not found";
          await assertAllRefused(target, [
            ["POST", backups, { name: "a/b" }, 400, "Backup names may not contain slashes"],
            ["POST", backups, { name: "c", compression_algorithm: "foo" }, 400, algorithm],
            ["POST", `${backups}/b`, { name: "a/b" }, 400, "Backup names may not contain slashes"],
            ["GET", `${backups}/no-such`, undefined, 404, missing],
            ["GET", `${backups}/no-such/export`, undefined, 404, missing],
            ["POST", `${backups}/no-such`, { name: "c" }, 404, missing],
            ["DELETE", `${backups}/no-such`, undefined, 404, missing],
            ["GET", `${url}x/backups`, undefined, 404, "Storage pool volume not found"],
            ["POST", `${url}x/backups`, { name: "c" }, 404, "Storage pool volume not found"],
            ["GET", `${pool}/volumes/container/x/backups`, undefined, 400, 'Invalid storage volume type "container"'],
            ["POST", `${pool}/volumes/image/x/backups`, {}, 400, 'Invalid storage volume type "image"'],
            ["GET", `${pool}/volumes/foo/x/backups`, undefined, 400, "Invalid storage volume type name"],
          ]);
        });
      });
    },
  },
  {
    name: "a backup becomes a volume again, with its snapshots unless they were left out",
    async run(target) {
      await withVolumes(target, async (volumes) => {
        await withVolume(target, volumes, { description: "d", config: { "user.a": "1" } }, async (url) => {
          await succeeds(target, await send(target, "POST", `${url}/snapshots`, { body: { name: "s" } }));
          await makeBackup(target, url, { name: "all" });
          await makeBackup(target, url, { name: "one", volume_only: true, compression_algorithm: "none" });
          for (const [backup, snapshots] of [
            ["all", ["s"]],
            ["one", []],
          ] as const) {
            const bytes = await download(target, `${url}/backups/${backup}`);
            const name = shortName();
            const made = await succeeds(target, await sendBytes(target, volumes, bytes, { name }));
            assert.equal(made.description, "Restoring custom volume backup");
            const { object } = await read(target, `${volumes}/${name}`);
            assert.deepEqual([object["description"], object["config"]], ["d", { "user.a": "1" }]);
            const urls = snapshots.map((snapshot) => `${volumes}/${name}/snapshots/${snapshot}`);
            assert.deepEqual((await get(target, `${volumes}/${name}/snapshots`)).metadata, urls);
            await assertTaken(target, volumes, bytes, name);
            assertDone(await send(target, "DELETE", `${volumes}/${name}`));
          }
        });
      });
    },
  },
  {
    name: "bytes that are no backup are refused at once",
    async run(target) {
      await withVolumes(target, async (volumes) => {
        const bytes = Buffer.from("no archive at all");
        const name = shortName();
        assertRefused(await sendBytes(target, volumes, bytes, { name }), 500, "Unsupported compression");
        assertRefused(await sendBytes(target, volumes, Buffer.alloc(0), { name }), 500, "EOF");
        const project = await sendBytes(target, `${volumes}?project=no-such`, bytes, { name });
        assertRefused(project, 404, 'Failed to load project "no-such": Project not found');
      });
    },
  },
  {
    name: "Incus takes images of disks as volumes; LXD 5.0 takes them for backups",
    async run(target) {
      await withVolumes(target, async (volumes) => {
        const bytes = Buffer.from("a disk".repeat(100));
        const name = shortName();
        const answer = await sendBytes(target, volumes, bytes, { name, type: "iso" });
        if (target.flavour === "lxd") return assertRefused(answer, 500, "Unsupported compression");
        const made = await succeeds(target, answer);
        assert.equal(made.description, "Creating storage volume");
        const { object } = await read(target, `${volumes}/${name}`);
        assert.deepEqual([object["content_type"], object["config"]], ["iso", { size: "600" }]);
        const again = await sendBytes(target, volumes, bytes, { name, type: "iso" });
        await fails(target, again, /^Failed creating custom volume from ISO: .* already exists on target storage$/);
        assertRefused(await sendBytes(target, volumes, bytes, { type: "iso" }), 400, "Missing volume name");
        const empty = await send(target, "POST", volumes, { body: { name: shortName(), content_type: "iso" } });
        assertRefused(empty, 500, "Size cannot be zero");
        assertDone(await send(target, "DELETE", `${volumes}/${name}`));
      });
    },
  },
  {
    name: "backups of volumes are renamed and removed by operations, and all that is told",
    async run(target) {
      await withVolumes(target, async (volumes) => {
        await withVolume(target, volumes, {}, async (url) => {
          const name = url.split("/").at(-1) ?? "";
          const told = (verb: string, backup: string, context?: Fields): Told => ({
            action: `storage-volume-backup-${verb}`,
            source: `${url}/backups/${backup}`,
            ...(context === undefined ? {} : { context }),
          });
          const events = [
            told("created", "b", { type: "custom" }),
            told("retrieved", "b"),
            told("renamed", "c", { old_name: `${name}/b` }),
            told("deleted", "c"),
          ];
          await assertTells(target, events, async () => {
            await makeBackup(target, url, { name: "b" });
            await download(target, `${url}/backups/b`);
            const renamed = await succeeds(
              target,
              await send(target, "POST", `${url}/backups/b`, { body: { name: "c" } }),
            );
            assert.equal(renamed.description, "Renaming custom volume backup");
            const removed = await succeeds(target, await send(target, "DELETE", `${url}/backups/c`));
            assert.equal(removed.description, "Deleting custom volume backup");
          });
          await makeBackup(target, url, { name: "d" });
          const again = { body: { name: `${name}n` } };
          assert.equal((await send(target, "POST", url, again)).status, 201);
          assert.deepEqual((await get(target, `${url}n/backups`)).metadata, [`${url}n/backups/d`]);
          assert.equal((await send(target, "POST", `${url}n`, { body: { name } })).status, 201);
        });
      });
    },
  },
];

/** Asserts that a backup fails to become a volume whose name is taken, or makes no sense. */
async function assertTaken(target: ContractTarget, volumes: string, bytes: Buffer, name: string): Promise<void> {
  const about = "Create custom volume from backup: ";
  const pool = volumes.split("/")[3] ?? "";
  const insert = (volume: string): string =>
    `Error inserting volume "${volume}" for project "default" in pool "${pool}" of type "custom" into database`;
  const columns = ["storage_pool_id", "node_id", "project_id", "name", "type"].map((key) => `storage_volumes.${key}`);
  const taken = of(target, {
    lxd: `${about}${insert(name)} "UNIQUE constraint failed: ${columns.join(", ")}"`,
    incus: `${about}Volume "${name}" already exists in pool "${pool}"`,
  });
  await fails(target, await sendBytes(target, volumes, bytes, { name }), taken);
  const slash = `${about}${insert("a/b")} "Volume name may not be a snapshot"`;
  await fails(target, await sendBytes(target, volumes, bytes, { name: "a/b" }), slash);
}
