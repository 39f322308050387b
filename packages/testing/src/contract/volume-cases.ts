import assert from "node:assert/strict";
import type { StorageVolume } from "@lxdkit/protocol";
import { etagOf } from "../core/etag.ts";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { bringTo, readInstance, withInstance } from "./own-instance.ts";
import {
  assertAllRefused,
  assertCreated,
  assertDone,
  assertHeedsIfMatch,
  assertTells,
  of,
  read,
  shortName,
  withObject,
} from "./own-object.ts";
import { assertRefused, get, send, succeeds } from "./raw-http.ts";

const pools = "/1.0/storage-pools";

/** Runs `use` with the paths of a new pool and of its custom volumes. */
export async function withVolumes(
  target: ContractTarget,
  use: (volumes: string, pool: string) => Promise<void>,
): Promise<void> {
  const name = shortName();
  await withObject(target, pools, { name, driver: "dir" }, (pool) => use(`${pool}/volumes/custom`, pool));
}

/** Makes a volume, runs `use` with its URL and removes it afterwards. */
export async function withVolume(
  target: ContractTarget,
  volumes: string,
  body: object,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const name = shortName();
  assertDone(await send(target, "POST", volumes, { body: { name, ...body } }));
  try {
    await use(`${volumes}/${name}`);
  } finally {
    await send(target, "DELETE", `${volumes}/${name}`);
  }
}

/** Custom volumes and those of instances: all verbs. */
export const volumeCases: readonly ContractCase[] = [
  {
    name: "a custom volume: PATCH merges the configuration and drops the description, PUT replaces both",
    async run(target) {
      await withVolumes(target, async (volumes) => {
        const body = { description: "d", config: { size: "1MiB", "user.a": "1" } };
        await withVolume(target, volumes, body, async (url) => {
          const { object, etag } = await read(target, url);
          const { created_at: created, ...volume } = object as unknown as StorageVolume;
          assert.equal(created === "0001-01-01T00:00:00Z", target.flavour === "lxd");
          assert.deepEqual(volume, {
            ...body,
            name: url.split("/").at(-1),
            type: "custom",
            used_by: [],
            location: "none",
            content_type: "filesystem",
            project: "default",
          });
          assert.equal(etag, `"${etagOf([volume.name, volume.type, volume.config])}"`);
          const seen = async (): Promise<unknown> => {
            const after = (await read(target, url)).object;
            return [after["description"], after["config"]];
          };
          assertDone(await send(target, "PATCH", url, { body: { config: { "user.b": "2" } } }));
          assert.deepEqual(await seen(), ["", { ...body.config, "user.b": "2" }]);
          assertDone(await send(target, "PUT", url, { body: { description: "e" } }));
          assert.deepEqual(await seen(), ["e", {}]);
          await assertHeedsIfMatch(target, url, { config: { "user.c": "3" } });
        });
      });
    },
  },
  {
    name: "volumes that make no sense are refused",
    async run(target) {
      await withVolumes(target, async (volumes, pool) => {
        await withVolume(target, volumes, {}, async (url) => {
          const own = url.split("/").at(-1) ?? "";
          const name = shortName();
          const called = of(target, { lxd: `default_${name}`, incus: name });
          const missing = `${volumes}/no-such`;
          await assertAllRefused(target, [
            ["POST", volumes, { name: own }, 409, "Volume by that name already exists"],
            ["POST", volumes, { name: "" }, 400, "No name provided"],
            ["POST", volumes, { name: "a/b" }, 400, "Storage volume names may not contain slashes"],
            ["POST", volumes, { name, content_type: "foo" }, 400, "Invalid volume content type name"],
            [
              "POST",
              volumes,
              { name, config: { bad: "1" } },
              500,
              `Invalid option for volume "${called}" option "bad"`,
            ],
            [
              ...(["POST", volumes, { name, config: { size: "x" } }, 500] as const),
              `Invalid value for volume "${called}" option "size": Invalid value: x`,
            ],
            [
              ...(["POST", `${pool}/volumes/image`, { name }, 400] as const),
              'Currently not allowed to create storage volumes of type "image"',
            ],
            ["PUT", url, { config: { bad: "1" } }, 500, `Invalid option for volume "default_${own}" option "bad"`],
            ["PUT", url, { config: { bad: "" } }, 500, `Invalid option for volume "default_${own}" option "bad"`],
            ["GET", `${pool}/volumes/foo`, undefined, 400, "Invalid storage volume type name"],
            ["GET", `${url}?target=no-such`, undefined, 404, "Cluster member not found"],
            ["GET", missing, undefined, 404, "Storage pool volume not found"],
            ["PUT", missing, {}, 404, "Storage pool volume not found"],
            ["DELETE", missing, undefined, 404, "Storage pool volume not found"],
            ["GET", `${pools}/no-such/volumes`, undefined, 404, "Storage pool not found"],
            ["POST", `${pools}/no-such/volumes/custom`, { name }, 404, "Storage pool not found"],
            [
              "POST",
              `${volumes}?project=no-such`,
              { name },
              404,
              'Failed to load project "no-such": Project not found',
            ],
            ["GET", `${pool}/volumes?project=no-such`, undefined, 404, "Project not found"],
            ["DELETE", pool, undefined, 400, "The storage pool is currently in use"],
          ]);
          const state = await get(target, `${missing}/state`);
          assertRefused(
            state,
            404,
            /^Storage volume "no-such" in project "default" of type "custom" does not exist on pool /,
          );
        });
      });
    },
  },
  {
    name: "the type of a volume may stand in the body; it says nothing of its use in a folder",
    async run(target) {
      await withVolumes(target, async (volumes, pool) => {
        const name = shortName();
        assertDone(
          await send(target, "POST", `${pool}/volumes`, { body: { name, type: "custom", content_type: "block" } }),
        );
        assert.deepEqual((await get(target, `${pool}/volumes`)).metadata, [`${volumes}/${name}`]);
        const objects = (await get(target, `${volumes}?recursion=1`)).metadata as readonly StorageVolume[];
        assert.deepEqual([objects[0]?.name, objects[0]?.content_type], [name, "block"]);
        const state = await get(target, `${volumes}/${name}/state`);
        if (target.flavour === "lxd") assertRefused(state, 500, "Not supported");
        else assert.deepEqual(state.metadata, { usage: null });
        assertDone(await send(target, "DELETE", `${volumes}/${name}`));
      });
    },
  },
  {
    name: "an instance holds the volume on its devices, which follow a new name once it is off",
    async run(target) {
      await withVolumes(target, async (volumes, pool) => {
        await withVolume(target, volumes, {}, async (url) => {
          const [pn, vn] = [pool.split("/").at(-1) ?? "", url.split("/").at(-1) ?? ""];
          const devices = { data: { type: "disk", pool: pn, source: vn, path: "/data" } };
          await withInstance(
            target,
            async (path) => {
              assert.deepEqual((await read(target, url)).object["used_by"], [path]);
              assertRefused(await send(target, "DELETE", url), 400, "The storage volume is still in use");
              await bringTo(target, path, { action: "start" });
              const body = { name: `${vn}x` };
              const running = "Volume is still in use by running instances";
              assertRefused(await send(target, "POST", url, { body }), 500, running);
              await bringTo(target, path, { action: "stop", force: true, timeout: -1 });
              // Incus 6.0.4 does it too, but keeps everybody waiting for half a minute.
              if (target.flavour === "incus") return;
              assertCreated(await send(target, "POST", url, { body }), `${url}x`);
              assert.equal((await readInstance(target, path)).instance.devices["data"]?.["source"], `${vn}x`);
              assertCreated(await send(target, "POST", `${url}x`, { body: { name: vn } }), url);
            },
            { devices },
          );
        });
      });
    },
  },
  {
    name: "the volume of an instance is listed with the others and cannot be removed",
    async run(target) {
      await withVolumes(target, async (_, pool) => {
        const name = pool.split("/").at(-1) ?? "";
        await withInstance(
          target,
          async (path, instance) => {
            const url = `${pool}/volumes/container/${instance}`;
            assert.deepEqual((await get(target, `${pool}/volumes`)).metadata, [url]);
            const { object } = await read(target, url);
            assert.deepEqual([object["type"], object["used_by"], object["config"]], ["container", [path], {}]);
            const text = 'Storage volumes of type "container" cannot be deleted with the storage API';
            assertRefused(await send(target, "DELETE", url), 400, text);
          },
          { devices: { root: { type: "disk", path: "/", pool: name } } },
        );
      });
    },
  },
  {
    name: "a volume is copied and moved to another pool by operations",
    async run(target) {
      await withVolumes(target, async (volumes, pool) => {
        await withVolumes(target, async (others, other) => {
          await withVolume(target, volumes, { description: "d" }, async (url) => {
            const [pn, on, vn] = [pool, other, url].map((path) => path.split("/").at(-1) ?? "") as [
              string,
              string,
              string,
            ];
            const source = { type: "copy", name: vn, pool: pn };
            const copy = await succeeds(target, await send(target, "POST", others, { body: { name: "copy", source } }));
            assert.equal(copy.description, "Copying storage volume");
            assert.equal((await read(target, `${others}/copy`)).object["description"], "d");
            const move = await succeeds(target, await send(target, "POST", url, { body: { name: vn, pool: on } }));
            assert.equal(move.description, "Moving storage volume");
            assertRefused(await get(target, url), 404, "Storage pool volume not found");
            for (const name of ["copy", vn]) assertDone(await send(target, "DELETE", `${others}/${name}`));
          });
        });
      });
    },
  },
  {
    name: "what happens to a volume is told under its name on disk",
    async run(target) {
      await withVolumes(target, async (volumes) => {
        const told = [
          { action: "storage-volume-created", source: `${volumes}/default_v1`, context: { type: "custom" } },
          { action: "storage-volume-updated", source: `${volumes}/default_v1` },
          { action: "storage-volume-renamed", source: `${volumes}/default_v2`, context: { old_name: "v1" } },
          { action: "storage-volume-deleted", source: `${volumes}/default_v2` },
        ];
        await assertTells(target, told, async () => {
          assertDone(await send(target, "POST", volumes, { body: { name: "v1" } }));
          assertDone(await send(target, "PATCH", `${volumes}/v1`, { body: { config: { "user.a": "1" } } }));
          assertCreated(await send(target, "POST", `${volumes}/v1`, { body: { name: "v2" } }), `${volumes}/v2`);
          assertDone(await send(target, "DELETE", `${volumes}/v2`));
        });
      });
    },
  },
];
