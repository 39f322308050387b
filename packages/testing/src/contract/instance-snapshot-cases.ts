import assert from "node:assert/strict";
import type { LifecycleEvent } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { readInstance, uniqueName, withInstance } from "./own-instance.ts";
import { assertAllRefused, type Fields, of, read } from "./own-object.ts";
import { type Answer, assertRefused, assertSync, fails, get, send, succeeds } from "./raw-http.ts";
import { listenToEvents } from "./raw-events.ts";

const never = "0001-01-01T00:00:00Z";

/** Asks for a snapshot. */
export function snapshot(target: ContractTarget, path: string, body: Fields): Promise<Answer> {
  return send(target, "POST", `${path}/snapshots`, { body });
}

/** The names of the snapshots, the oldest first. */
export async function snapshotNames(target: ContractTarget, path: string): Promise<readonly string[]> {
  const urls = (await get(target, `${path}/snapshots`)).metadata as readonly string[];
  return urls.map((url) => url.slice(`${path}/snapshots/`.length));
}

/** What LXD and Incus name as the resources of an operation on a snapshot. */
function resources(target: ContractTarget, name: string, snapshotName: string, lxdName = name): Fields {
  return of<Fields>(target, {
    lxd: { containers: [`/1.0/containers/${lxdName}`], instances: [`/1.0/instances/${lxdName}`] },
    incus: {
      instances: [`/1.0/instances/${name}`],
      instances_snapshots: [`/1.0/instances/${name}/snapshots/${snapshotName}`],
    },
  });
}

/** Snapshots of instances. */
export const instanceSnapshotCases: readonly ContractCase[] = [
  {
    name: "a snapshot of an instance keeps what the instance is, and counts up without a name",
    async run(target) {
      await withInstance(target, async (path, name) => {
        assert.deepEqual((await get(target, `${path}/snapshots`)).metadata, []);
        assert.deepEqual((await get(target, `${path}/snapshots?recursion=1`)).metadata, []);
        const { instance } = await readInstance(target, path);
        const made = await succeeds(target, await snapshot(target, path, {}));
        assert.equal(made.description, "Snapshotting instance");
        assert.deepEqual(made.resources, resources(target, name, "snap0"));
        await succeeds(target, await snapshot(target, path, { expires_at: "2030-01-01T00:00:00Z" }));
        assert.deepEqual(await snapshotNames(target, path), ["snap0", "snap1"]);
        const listed = (await get(target, `${path}/snapshots?recursion=1`)).metadata as readonly Fields[];
        const { object } = await read(target, `${path}/snapshots/snap0`);
        assert.deepEqual(listed[0], object);
        assert.deepEqual((await get(target, `${path}/snapshots?recursion=2`)).metadata, listed);
        const { created_at: createdAt, ...rest } = object;
        assert.match(String(createdAt), /^20\d\d-.*Z$/);
        assert.deepEqual(rest, {
          name: "snap0",
          architecture: instance.architecture,
          config: instance.config,
          devices: instance.devices,
          ephemeral: false,
          expanded_config: instance.expanded_config,
          expanded_devices: instance.expanded_devices,
          expires_at: never,
          last_used_at: never,
          profiles: ["default"],
          stateful: false,
          size: -1,
        });
        assert.equal(listed[1]?.["expires_at"], "2030-01-01T00:00:00Z");
        const full = (await get(target, `${path}?recursion=1`)).metadata as Fields;
        assert.deepEqual(full["snapshots"], listed);
      });
    },
  },
  {
    name: "a snapshot that cannot be is refused, at once or in the operation",
    async run(target) {
      await withInstance(target, async (path, name) => {
        const one = `${path}/snapshots`;
        await succeeds(target, await snapshot(target, path, { name: "s1" }));
        const record = (text: string): string => `Failed creating instance snapshot record "${text}"`;
        const taken = of(target, {
          lxd: 'This "instances_snapshots" entry already exists',
          incus:
            'Failed to create "instances_snapshots" entry: ' +
            "UNIQUE constraint failed: instances_snapshots.instance_id, instances_snapshots.name",
        });
        const about = `${record("s1")}: Add snapshot info to the database: ${taken}`;
        await fails(target, await snapshot(target, path, { name: "s1" }), about);
        const spaced = "Invalid instance snapshot name: Cannot contain space or / characters";
        await fails(target, await snapshot(target, path, { name: "a b" }), `${record("a b")}: ${spaced}`);
        const off = of(target, {
          lxd: "Unable to create a stateful snapshot. The instance isn't running",
          incus: "Stateful snapshots require that the instance has migration.stateful be set to true",
        });
        await fails(target, await snapshot(target, path, { name: "st", stateful: true }), off);
        assert.deepEqual(await snapshotNames(target, path), ["s1"]);
        const { flavour } = target;
        const quoted =
          flavour === "lxd"
            ? String.raw`parsing time "\"xx\"" as "\"2006-01-02T15:04:05Z07:00\"": cannot parse "xx\"" as "2006"`
            : 'parsing time "xx" as "2006-01-02T15:04:05Z07:00": cannot parse "xx" as "2006"';
        const noun = of(target, { lxd: "InstanceSnapshot", incus: "Instance_snapshot" });
        const missing = `Failed to fetch snapshot "no-such" of instance "${name}" in project "default": ${noun} not found`;
        const slash = 'Invalid snapshot name: Cannot contain "/"';
        await assertAllRefused(target, [
          ["POST", one, { name: "a/b" }, 400, slash],
          ["POST", one, { name: "e", expires_at: "xx" }, 400, quoted],
          ["POST", one, "", 400, "EOF"],
          ["PUT", `${one}/s1`, "", 500, "EOF"],
          ["PATCH", `${one}/s1`, "", 500, "EOF"],
          ["PUT", `${one}/s1`, { expires_at: "xx" }, 400, quoted],
          ["POST", `${one}/s1`, "", 400, "EOF"],
          ["POST", `${one}/s1`, { name: "a/b" }, 400, slash],
          ["POST", `${one}/s1`, { name: "s1" }, 409, `Name '${name}/s1' already in use`],
          [
            "POST",
            `${one}/s1`,
            {},
            400,
            { lxd: "Response was missing `name`", incus: "A new name for the instance must be provided" },
          ],
          ["GET", `${one}/no-such`, undefined, 404, missing],
          ["PUT", `${one}/no-such`, {}, 404, missing],
          ["PATCH", `${one}/no-such`, {}, 404, missing],
          ["POST", `${one}/no-such`, { name: "x" }, 404, missing],
          ["DELETE", `${one}/no-such`, undefined, 404, missing],
        ]);
        await fails(target, await send(target, "POST", `${one}/s1`, { body: { name: "a b" } }), spaced);
      });
      const nowhere = `/1.0/instances/${uniqueName()}`;
      const gone = of(target, {
        lxd: /^Instance not found$/,
        incus: /^Failed to fetch instance .*Instance not found$/,
      });
      assertRefused(await snapshot(target, nowhere, { name: "s1" }), 404, gone);
      assertRefused(await get(target, `${nowhere}/snapshots?recursion=1`), 404, gone);
      const names = await get(target, `${nowhere}/snapshots`);
      if (target.flavour === "lxd") assertRefused(names, 404, gone);
      else assert.deepEqual(names.metadata, []);
    },
  },
  {
    name: "snapshots.pattern names snapshots, and snapshots.expiry says how long they stay",
    async run(target) {
      const config = { "snapshots.pattern": "x-%d", "snapshots.expiry": "1d" };
      await withInstance(
        target,
        async (path) => {
          await succeeds(target, await snapshot(target, path, {}));
          await succeeds(target, await snapshot(target, path, {}));
          await succeeds(target, await snapshot(target, path, { name: "kept", expires_at: never }));
          const { object } = await read(target, `${path}/snapshots/x-1`);
          const life = Date.parse(String(object["expires_at"])) - Date.parse(String(object["created_at"]));
          assert.ok(Math.abs(life - 86_400_000) < 1000, String(life));
          assert.equal((await read(target, `${path}/snapshots/kept`)).object["expires_at"], never);
          const setPattern = (pattern: string): Promise<Answer> =>
            send(target, "PATCH", path, { body: { config: { "snapshots.pattern": pattern } } });
          assertSync(await setPattern("fix"));
          await succeeds(target, await snapshot(target, path, {}));
          await succeeds(target, await snapshot(target, path, {}));
          assertSync(await setPattern("{{ creation_date|date:'2006-01' }}"));
          await succeeds(target, await snapshot(target, path, {}));
          const month = new Date().toISOString().slice(0, 7);
          assert.deepEqual(await snapshotNames(target, path), ["x-0", "x-1", "kept", "fix", "fix-0", month]);
          assertSync(await setPattern("{{ nope"));
          assertRefused(
            await snapshot(target, path, {}),
            500,
            /^\[Error \(where: parser\) in <string> \| Line 1 Col 28 /,
          );
        },
        { config },
      );
    },
  },
  {
    name: "only the expiry of a snapshot can be changed, and its ETag covers that alone",
    async run(target) {
      await withInstance(target, async (path, name) => {
        await succeeds(target, await snapshot(target, path, { name: "s1", expires_at: "2030-01-01T00:00:00Z" }));
        const url = `${path}/snapshots/s1`;
        const { etag } = await read(target, url);
        assert.equal(etag, '"d087ad6c85f893b432363101225aed9adb7bf2bb8414010c86d3791e8df6faed"');
        const change = (method: string, body: Fields, headers: Record<string, string> = {}): Promise<Answer> =>
          send(target, method, url, { body, headers });
        const expiry = async (): Promise<unknown> => (await read(target, url)).object["expires_at"];
        const stale = { "If-Match": '"stale"' };
        const text = `ETag doesn't match: ${etag.slice(1, -1)} vs stale`;
        assertRefused(await change("PUT", { expires_at: "2031-01-01T00:00:00Z" }, stale), 412, text);
        assertRefused(await change("PATCH", { expires_at: "2031-01-01T00:00:00Z" }, stale), 412, text);
        const changed = await succeeds(
          target,
          await change("PUT", { expires_at: "2031-01-01T00:00:00Z" }, { "If-Match": etag }),
        );
        assert.equal(changed.description, "Updating snapshot");
        // LXD takes the snapshot for an instance here.
        assert.deepEqual(changed.resources, resources(target, name, "s1", "s1"));
        assert.equal(await expiry(), "2031-01-01T00:00:00Z");
        await succeeds(target, await change("PATCH", {}));
        assert.equal(await expiry(), "2031-01-01T00:00:00Z");
        await succeeds(target, await change("PATCH", { expires_at: "2032-01-01T00:00:00Z" }));
        assert.equal(await expiry(), "2032-01-01T00:00:00Z");
        await succeeds(target, await change("PUT", {}));
        assert.equal(await expiry(), "2032-01-01T00:00:00Z");
        await succeeds(target, await change("PUT", { expires_at: never }));
        assert.equal(await expiry(), never);
      });
    },
  },
  {
    name: "snapshots are made, renamed and removed with events, those of an instance with it, the youngest first",
    async run(target) {
      const events = await listenToEvents(target, "?type=lifecycle");
      try {
        const isOf = (name: string, event: Fields): boolean =>
          String((event["metadata"] as Fields)["source"]).includes(name);
        let found: readonly LifecycleEvent[] = [];
        let own = "";
        await withInstance(target, async (path, name) => {
          own = name;
          for (const text of ["s1", "s2", "s3"]) await succeeds(target, await snapshot(target, path, { name: text }));
          const renamed = await succeeds(
            target,
            await send(target, "POST", `${path}/snapshots/s1`, { body: { name: "é1" } }),
          );
          assert.equal(renamed.description, "Renaming snapshot");
          assert.deepEqual(renamed.resources, resources(target, name, "s1"));
          // Nothing is escaped in the list.
          assert.deepEqual([...(await snapshotNames(target, path))].sort(), ["s2", "s3", "é1"]);
          const removed = await succeeds(target, await send(target, "DELETE", `${path}/snapshots/s2`));
          assert.equal(removed.description, "Deleting snapshot");
          assert.deepEqual(removed.resources, resources(target, name, "s2", `${name}/s2`));
          assert.deepEqual([...(await snapshotNames(target, path))].sort(), ["s3", "é1"]);
        });
        await events.find("the end", (event) => {
          const { action, source } = event.metadata as LifecycleEvent;
          return action === "instance-deleted" && source.endsWith(own);
        });
        found = events.all
          .filter((event) => isOf(own, event as unknown as Fields))
          .map((event) => event.metadata as LifecycleEvent)
          .filter(({ action }) => action.startsWith("instance-snapshot-"));
        const accented = of(target, { lxd: "%25C3%25A91", incus: "%C3%A91" });
        const by = target.flavour === "lxd" ? {} : { requestor: { username: "root", protocol: "unix", address: "@" } };
        const snapshots = `/1.0/instances/${own}/snapshots`;
        const made = ["s1", "s2", "s3"].map((text) => ({
          action: "instance-snapshot-created",
          source: `${snapshots}/${text}`,
          ...by,
        }));
        assert.deepEqual(found, [
          ...made,
          {
            action: "instance-snapshot-renamed",
            source: `${snapshots}/${accented}`,
            context: { old_name: `${own}/s1` },
            ...by,
          },
          { action: "instance-snapshot-deleted", source: `${snapshots}/s2`, ...by },
          { action: "instance-snapshot-deleted", source: `${snapshots}/s3`, ...by },
          { action: "instance-snapshot-deleted", source: `${snapshots}/${accented}`, ...by },
        ]);
      } finally {
        events.close();
      }
    },
  },
  {
    name: "a snapshot shows among the volumes of the pool, where it cannot be made or removed",
    async run(target) {
      await withInstance(target, async (path, name) => {
        await succeeds(target, await snapshot(target, path, { name: "s1" }));
        const volumes = "/1.0/storage-pools/default/volumes/container";
        const url = `${volumes}/${name}`;
        const urls = (await get(target, volumes)).metadata as readonly string[];
        assert.deepEqual(
          urls.filter((one) => one.includes(name)),
          [url, `${url}/snapshots/s1`],
        );
        const listed = (await get(target, `${volumes}?recursion=1`)).metadata as readonly Fields[];
        const inList = listed.find((volume) => volume["name"] === `${name}/s1`);
        assert.deepEqual(inList?.["used_by"], of<unknown>(target, { lxd: [`${path}/snapshots/s1`], incus: [] }));
        assert.deepEqual((await get(target, `${url}/snapshots`)).metadata, [`${url}/snapshots/s1`]);
        const { object } = await read(target, `${url}/snapshots/s1`);
        const { created_at: _, ...rest } = object;
        assert.deepEqual(rest, {
          name: "s1",
          description: "",
          config: {},
          content_type: "filesystem",
          expires_at: never,
        });
        const pool = (await get(target, "/1.0/storage-pools/default")).metadata as Fields;
        const users = (pool["used_by"] as readonly string[]).filter((one) => one.includes(name));
        assert.deepEqual(users, of(target, { lxd: [path, `${path}/snapshots/s1`], incus: [path] }));
        const wrongType = 'Invalid storage volume type "container"';
        await assertAllRefused(target, [
          ["POST", `${url}/snapshots`, { name: "x" }, 400, wrongType],
          ["POST", `${url}/snapshots/s1`, { name: "x" }, 400, wrongType],
          ["DELETE", `${url}/snapshots/s1`, undefined, 400, wrongType],
          ["PATCH", url, { config: {} }, 400, wrongType],
          ["POST", url, { name: "x" }, 400, 'Renaming storage volumes of type "container" is not allowed'],
        ]);
        const change = { body: { description: "root", config: { "user.x": "1" } } };
        assertSync(await send(target, "PUT", url, change));
        assertSync(await send(target, "PUT", `${url}/snapshots/s1`, { body: { description: "older", config: {} } }));
        const changed = (await read(target, url)).object;
        assert.deepEqual([changed["description"], changed["config"]], ["root", { "user.x": "1" }]);
        assert.equal((await read(target, `${url}/snapshots/s1`)).object["description"], "older");
      });
    },
  },
];
