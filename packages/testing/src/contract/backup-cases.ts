import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { headerPrefix, type LifecycleEvent } from "@lxdkit/protocol";
import { unpackTar } from "modern-tar";
import { parse } from "yaml";
import { writeTar } from "../images/tar.ts";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { snapshot, snapshotNames } from "./instance-snapshot-cases.ts";
import { exchange } from "./own-image.ts";
import { bringTo, changeState, cleaningUp, readInstance, uniqueName, withInstance } from "./own-instance.ts";
import { assertAllRefused, type Fields, of, read, shortName, withObject } from "./own-object.ts";
import { type Answer, assertRefused, assertSync, fails, get, send, succeeds } from "./raw-http.ts";
import { listenToEvents } from "./raw-events.ts";

const never = "0001-01-01T00:00:00Z";

function backUp(target: ContractTarget, path: string, body: Fields): Promise<Answer> {
  return send(target, "POST", `${path}/backups`, { body });
}

async function exported(target: ContractTarget, path: string, name: string): Promise<Buffer> {
  const { answer, bytes } = await exchange(target, "GET", `${path}/backups/${name}/export`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["content-type"], "application/octet-stream");
  assert.equal(answer.headers["content-disposition"], "inline;filename=");
  assert.equal(answer.headers["accept-ranges"], "bytes");
  assert.ok(answer.headers["last-modified"] !== undefined);
  return bytes;
}

async function restored(
  target: ContractTarget,
  bytes: Buffer,
  wanted: { readonly name?: string; readonly pool?: string; readonly query?: string },
): Promise<Answer> {
  const prefix = headerPrefix(target.flavour);
  const { name, pool, query = "" } = wanted;
  const headers = {
    "Content-Type": "application/octet-stream",
    ...(name === undefined ? {} : { [`${prefix}name`]: name }),
    ...(pool === undefined ? {} : { [`${prefix}pool`]: pool }),
  };
  return (await exchange(target, "POST", `/1.0/instances${query}`, { bytes, headers })).answer;
}

/** Backups of instances, and instances from backups. */
export const backupCases: readonly ContractCase[] = [
  {
    name: "a backup of an instance says what it is, and is listed by name",
    async run(target) {
      await withInstance(target, async (path, name) => {
        const url = `${path}/backups`;
        assert.deepEqual((await get(target, url)).metadata, []);
        const made = await succeeds(target, await backUp(target, path, {}));
        assert.equal(made.description, "Backing up instance");
        assert.deepEqual(
          made.resources,
          of<unknown>(target, {
            lxd: {
              backups: ["/1.0/backups/backup0"],
              containers: [`/1.0/containers/${name}`],
              instances: [path],
            },
            incus: { backups: [`${url}/backup0`], instances: [path] },
          }),
        );
        const body = { name: "a b", expires_at: "2030-01-01T00:00:00Z", instance_only: true, optimized_storage: true };
        await succeeds(target, await backUp(target, path, body));
        await succeeds(target, await backUp(target, path, {}));
        // Nothing is escaped in the list.
        assert.deepEqual((await get(target, url)).metadata, [`${url}/a b`, `${url}/backup0`, `${url}/backup1`]);
        const listed = (await get(target, `${url}?recursion=1`)).metadata as readonly Fields[];
        const one = await get(target, `${url}/a%20b`);
        assert.equal(one.headers.etag, undefined);
        assert.deepEqual(one.metadata, listed[0]);
        const { created_at: createdAt, ...rest } = listed[0] ?? {};
        assert.match(String(createdAt), /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        assert.deepEqual(rest, {
          name: "a b",
          expires_at: "2030-01-01T00:00:00Z",
          instance_only: true,
          ...of<Fields>(target, { lxd: { container_only: true }, incus: {} }),
          optimized_storage: false,
        });
        assert.equal(listed[1]?.["expires_at"], never);
        const full = (await get(target, `${path}?recursion=1`)).metadata as Fields;
        assert.deepEqual(full["backups"], listed);
      });
    },
  },
  {
    name: "a backup that cannot be is refused, at once or in the operation",
    async run(target) {
      await withInstance(target, async (path, name) => {
        const url = `${path}/backups`;
        await succeeds(target, await backUp(target, path, { name: "b1" }));
        await succeeds(target, await backUp(target, path, { name: "b2" }));
        await fails(
          target,
          await backUp(target, path, { name: "b1" }),
          `Create backup: Backup "${name}/b1" already exists`,
        );
        const renaming = await send(target, "POST", `${url}/b1`, { body: { name: "b2" } });
        await fails(
          target,
          renaming,
          "UNIQUE constraint failed: instances_backups.instance_id, instances_backups.name",
        );
        const slash = "Backup names may not contain slashes";
        const about = of(target, { lxd: "Load backup from database: ", incus: "" });
        const missing = `${about}Instance backup not found`;
        await assertAllRefused(target, [
          ["POST", url, "", 500, "EOF"],
          ["POST", url, { name: "a/b" }, 400, slash],
          [
            "POST",
            url,
            { compression_algorithm: "foo" },
            400,
            {
              lxd: 'Invalid compression algorithm "foo"',
              incus: `Compression algorithm "foo" isn't currently supported`,
            },
          ],
          ["POST", url, { name: 5 }, 400, /^json: cannot unmarshal number into Go struct field InstanceBackupsPost/],
          ["POST", `${url}/b1`, "", 400, "EOF"],
          ["POST", `${url}/b1`, { name: "a/b" }, 400, slash],
          ["GET", `${url}/no-such`, undefined, 404, missing],
          ["POST", `${url}/no-such`, { name: "x" }, 404, missing],
          ["DELETE", `${url}/no-such`, undefined, 404, missing],
          ["GET", `${url}/no-such/export`, undefined, 404, missing],
          ["PUT", `${url}/b1`, {}, 501, "not implemented"],
          ["PATCH", `${url}/b1`, {}, 501, "not implemented"],
        ]);
      });
      const nowhere = `/1.0/instances/${uniqueName()}`;
      const gone = /Instance not found$/;
      assertRefused(await get(target, `${nowhere}/backups`), 404, gone);
      assertRefused(await backUp(target, nowhere, {}), 404, gone);
    },
  },
  {
    name: "backups are made, renamed, exported and removed with events, which do not say by whom",
    async run(target) {
      const events = await listenToEvents(target, "?type=lifecycle");
      try {
        let own = "";
        await withInstance(target, async (path, name) => {
          own = name;
          const url = `${path}/backups`;
          await succeeds(target, await backUp(target, path, { name: "b1" }));
          await succeeds(target, await backUp(target, path, { name: "b3" }));
          const renamed = await succeeds(target, await send(target, "POST", `${url}/b1`, { body: { name: "b2" } }));
          assert.equal(renamed.description, "Renaming instance backup");
          await exported(target, path, "b2");
          const removed = await succeeds(target, await send(target, "DELETE", `${url}/b2`));
          assert.equal(removed.description, "Removing instance backup");
          assert.deepEqual(
            removed.resources,
            of<unknown>(target, { lxd: { container: [`/1.0/container/${name}`] }, incus: { instances: [path] } }),
          );
          assert.deepEqual((await get(target, url)).metadata, [`${url}/b3`]);
        });
        const url = `/1.0/instances/${own}/backups`;
        await events.find("the end", ({ metadata }) => {
          const { action, source } = metadata as LifecycleEvent;
          return action === "instance-deleted" && source.endsWith(own);
        });
        const told = events.all
          .map(({ metadata }) => metadata as LifecycleEvent)
          .filter(({ source, action }) => source.startsWith(url) && action.startsWith("instance-backup-"));
        const action = (verb: string): string => `instance-backup-${verb}`;
        assert.deepEqual(told, [
          { action: action("created"), source: `${url}/b1` },
          { action: action("created"), source: `${url}/b3` },
          { action: action("renamed"), source: `${url}/b2`, context: { old_name: `${own}/b1` } },
          { action: action("retrieved"), source: `${url}/b2` },
          { action: action("deleted"), source: `${url}/b2` },
          { action: action("deleted"), source: `${url}/b3` },
        ]);
      } finally {
        events.close();
      }
    },
  },
  {
    name: "an exported backup is an archive with an index and the files of the instance and its snapshots",
    async run(target) {
      await withInstance(
        target,
        async (path, name) => {
          await succeeds(target, await snapshot(target, path, { name: "s1" }));
          await succeeds(target, await backUp(target, path, { name: "whole" }));
          const alone = { name: "alone", instance_only: true, compression_algorithm: "none" };
          await succeeds(target, await backUp(target, path, alone));
          const { instance } = await readInstance(target, path);
          const entries = await unpackTar(gunzipSync(await exported(target, path, "whole")));
          const names = new Set(entries.map(({ header }) => header.name.replace(/\/$/, "")));
          for (const wanted of [
            "backup/index.yaml",
            "backup/container/backup.yaml",
            "backup/container/metadata.yaml",
            "backup/container/rootfs/etc",
            "backup/snapshots/s1/backup.yaml",
            "backup/snapshots/s1/rootfs/etc",
          ]) {
            assert.ok(names.has(wanted), wanted);
          }
          const file = entries.find(({ header }) => header.name === "backup/index.yaml");
          const index = parse(Buffer.from(file?.data ?? []).toString()) as Fields;
          assert.deepEqual([index["name"], index["pool"], index["type"]], [name, "default", "container"]);
          assert.deepEqual([index["backend"], index["snapshots"]], ["dir", ["s1"]]);
          const config = index["config"] as Fields;
          const container = config["container"] as Fields;
          for (const key of ["config", "devices", "profiles", "description", "architecture", "created_at"] as const) {
            assert.deepEqual(container[key], instance[key], key);
          }
          const bare = await unpackTar(await exported(target, path, "alone"));
          assert.ok(!bare.some(({ header }) => header.name.startsWith("backup/snapshots")));
        },
        { description: "kept", config: { "user.a": "yes" } },
      );
    },
  },
  {
    name: "an instance comes back from its backup, or as another one, with its snapshots and its identity",
    async run(target) {
      const name = uniqueName();
      await cleaningUp(target, name, async () => {
        await withInstance(
          target,
          async (path) => {
            await succeeds(target, await snapshot(target, path, { name: "s1", expires_at: "2030-01-01T00:00:00Z" }));
            await bringTo(target, path, { action: "start" });
            await bringTo(target, path, { action: "stop", force: true });
            await succeeds(target, await backUp(target, path, { name: "b1" }));
            const bytes = await exported(target, path, "b1");
            const before = (await readInstance(target, path)).instance;
            const taken = "Create instance from backup: Cannot restore volume, already exists on target";
            await fails(target, await restored(target, bytes, {}), taken);
            const made = await succeeds(target, await restored(target, bytes, { name }));
            assert.equal(made.description, "Restoring backup");
            const url = `/1.0/instances/${name}`;
            const { instance } = await readInstance(target, url);
            assert.deepEqual({ ...instance, name: before.name }, before);
            assert.deepEqual(await snapshotNames(target, url), ["s1"]);
            assert.equal((await read(target, `${url}/snapshots/s1`)).object["expires_at"], never);
            assert.deepEqual((await get(target, `${url}/backups`)).metadata, []);
            // It has the MAC address of the one that was backed up.
            const start = await changeState(target, url, { action: "start" });
            if (target.flavour === "lxd") await succeeds(target, start);
            else
              await fails(
                target,
                start,
                /^Failed start validation for device "eth0": MAC address ".*" already defined/,
              );
          },
          { description: "kept", config: { "user.a": "1" }, devices: { x: { type: "none" } } },
        );
      });
    },
  },
  {
    name: "a backup comes back in another pool",
    async run(target) {
      const pool = shortName();
      await withObject(target, "/1.0/storage-pools", { name: pool, driver: "dir" }, async () => {
        const name = uniqueName();
        await cleaningUp(target, name, async () => {
          await withInstance(target, async (path) => {
            await succeeds(target, await backUp(target, path, { name: "b1" }));
            const bytes = await exported(target, path, "b1");
            await succeeds(target, await restored(target, bytes, { name, pool }));
            const { instance } = await readInstance(target, `/1.0/instances/${name}`);
            assert.deepEqual(instance.devices, { root: { path: "/", pool, type: "disk" } });
          });
        });
      });
    },
  },
  {
    name: "what is no backup is refused, at once or in the operation",
    async run(target) {
      const bytes = gzipSync(writeTar([{ path: "backup/foo", content: Buffer.from("x") }]));
      const lacks = of(target, {
        lxd: "Backup is missing index.yaml",
        incus: 'Backup is missing at "backup/index.yaml"',
      });
      assertRefused(await restored(target, bytes, {}), 400, lacks);
      assertRefused(await restored(target, Buffer.from("garbage"), {}), 500, "Unsupported compression");
      assertRefused(await restored(target, Buffer.alloc(0), {}), 500, "EOF");
      const noProject = "Fetch project database object: Project not found";
      assertRefused(await restored(target, bytes, { query: "?project=no-such" }), 500, noProject);
      await withInstance(target, async (path) => {
        await succeeds(target, await backUp(target, path, { name: "b1" }));
        const good = await exported(target, path, "b1");
        const noPool = "Storage pool not found: Storage pool not found";
        assertRefused(await restored(target, good, { pool: "no-such" }), 500, noPool);
        const about = "Failed importing backup: Failed creating instance record";
        const invalid = "Invalid instance name: Name can only contain alphanumeric and hyphen characters";
        await fails(target, await restored(target, good, { name: "a_b" }), `${about}: ${invalid}`);
      });
    },
  },
  {
    name: "the backups of an instance go with its new name",
    async run(target) {
      const name = uniqueName();
      await cleaningUp(target, name, async () => {
        await withInstance(target, async (path, oldName) => {
          await succeeds(target, await backUp(target, path, { name: "b1" }));
          await succeeds(target, await send(target, "POST", path, { body: { name } }));
          const url = `/1.0/instances/${name}`;
          assert.deepEqual((await get(target, `${url}/backups`)).metadata, [`${url}/backups/b1`]);
          assertSync(await get(target, `${url}/backups/b1`));
          await succeeds(target, await send(target, "POST", url, { body: { name: oldName } }));
        });
      });
    },
  },
];
