import assert from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import { withInstance } from "./own-instance.ts";
import {
  assertAllRefused,
  assertCreated,
  assertDone,
  assertTells,
  of,
  read,
  shortName,
  withObject,
} from "./own-object.ts";
import { assertRefused, get, send } from "./raw-http.ts";

const pools = "/1.0/storage-pools";

/** Storage pools of the driver `dir`: all verbs. */
export const poolCases: readonly ContractCase[] = [
  {
    name: "a new pool gets a folder; PATCH merges the configuration and drops the description, PUT replaces",
    async run(target) {
      const name = shortName();
      await withObject(
        target,
        pools,
        { name, driver: "dir", description: "d", config: { source: "" } },
        async (url) => {
          const { config, ...rest } = (await read(target, url)).object as { readonly config: Record<string, string> };
          assert.match(config["source"] ?? "", new RegExp(`/storage-pools/${name}$`));
          assert.deepEqual(Object.keys(config), ["source"]);
          const usedBy = of<unknown>(target, { lxd: null, incus: [] });
          const where = { status: "Created", locations: ["none"] };
          assert.deepEqual(rest, { name, driver: "dir", description: "d", used_by: usedBy, ...where });
          const body = { config: { "rsync.bwlimit": "1MB", "user.a": "1" } };
          assertDone(await send(target, "PATCH", url, { body }));
          const after = (await read(target, url)).object;
          assert.deepEqual([after["description"], after["config"]], ["", { ...config, ...body.config }]);
          assertDone(await send(target, "PUT", url, { body: { description: "x", config } }));
          const last = (await read(target, url)).object;
          assert.deepEqual([last["description"], last["config"]], ["x", config]);
          assertRefused(
            await send(target, "PATCH", url, { body, headers: { "If-Match": '"stale"' } }),
            412,
            / vs stale$/,
          );
        },
      );
    },
  },
  {
    name: "names, drivers and configuration of pools are checked",
    async run(target) {
      const name = shortName();
      const make = (config: object): readonly ["POST", string, object, 500] => [
        "POST",
        pools,
        { name, driver: "dir", config },
        500,
      ];
      await assertAllRefused(target, [
        ["POST", pools, { name: "", driver: "dir" }, 400, "No name provided"],
        ["POST", pools, { name: "a/b", driver: "dir" }, 400, "Storage pool names may not contain slashes"],
        ["POST", pools, { name }, 400, "No driver provided"],
        ["POST", pools, { name, driver: "foo" }, 500, "Unknown driver"],
        ["POST", `${pools}?target=no-such`, { name, driver: "dir" }, 404, "Cluster member not found"],
        [...make({ bad: "1" }), 'Invalid option "bad"'],
        [...make({ size: "1GiB" }), 'Invalid option "size"'],
        [...make({ "rsync.bwlimit": "x" }), 'Invalid value for option "rsync.bwlimit": Invalid value: x'],
        [...make({ source: "/no/such/folder" }), "Source path '/no/such/folder' doesn't exist"],
        ["GET", `${pools}/${name}`, undefined, 404, "Storage pool not found"],
        ["PUT", `${pools}/${name}`, {}, 404, "Storage pool not found"],
        ["PATCH", `${pools}/${name}`, {}, 404, "Storage pool not found"],
        ["DELETE", `${pools}/${name}`, undefined, 404, "Storage pool not found"],
        ["GET", `${pools}/${name}/resources`, undefined, 500, "Storage pool not found"],
      ]);
    },
  },
  {
    name: "a pool keeps its source, and a second one of its name is 409",
    async run(target) {
      const name = shortName();
      await withObject(target, pools, { name, driver: "dir" }, async (url) => {
        const source = "Pool source cannot be changed when not in pending state";
        await assertAllRefused(target, [
          ["POST", pools, { name, driver: "dir" }, 409, "The storage pool already exists: The record already exists"],
          ["PUT", url, { config: { "user.a": "1" } }, 500, source],
          ["PATCH", url, { config: { source: "/other" } }, 500, source],
          ["PATCH", url, { config: { bad: "1" } }, 400, 'Invalid option "bad"'],
        ]);
      });
    },
  },
  {
    name: "a pool in use cannot be removed, and says who uses it",
    async run(target) {
      const name = shortName();
      await withObject(target, pools, { name, driver: "dir" }, async (url) => {
        await withInstance(
          target,
          async (path) => {
            assert.deepEqual((await read(target, url)).object["used_by"], [path]);
            assertRefused(await send(target, "DELETE", url), 400, "The storage pool is currently in use");
          },
          { devices: { root: { type: "disk", path: "/", pool: name } } },
        );
      });
    },
  },
  {
    name: "the resources of a pool are its space and inodes",
    async run(target) {
      const { object } = await read(target, `${pools}/default/resources`);
      for (const kind of ["space", "inodes"]) {
        const { used, total } = object[kind] as { readonly used: number; readonly total: number };
        assert.ok(used > 0 && used < total, JSON.stringify(object));
      }
    },
  },
  {
    name: "what happens to a pool is told, an update before it is checked; a filter is heeded by Incus alone",
    async run(target) {
      const name = shortName();
      const url = `${pools}/${name}`;
      const told = ["created", "updated", "deleted"].map((verb) => ({ action: `storage-pool-${verb}`, source: url }));
      await assertTells(target, told, async () => {
        assertCreated(await send(target, "POST", pools, { body: { name, driver: "dir" } }), url);
        assertRefused(await send(target, "PUT", url, { body: { config: { bad: "1" } } }), 400);
        const found = (await get(target, `${pools}?filter=name%20eq%20${name}`)).metadata as string[];
        assert.ok(found.includes(url));
        assert.equal(found.includes(`${pools}/default`), target.flavour === "lxd");
        assertDone(await send(target, "DELETE", url));
      });
    },
  },
];
