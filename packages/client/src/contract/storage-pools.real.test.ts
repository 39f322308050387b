import { statfs } from "node:fs/promises";
import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";

describeRoutes("storage pools", ({ covers }) => {
  covers(
    [
      "GET /1.0/storage-pools",
      "POST /1.0/storage-pools",
      "GET /1.0/storage-pools/{name}",
      "PUT /1.0/storage-pools/{name}",
      "PATCH /1.0/storage-pools/{name}",
      "DELETE /1.0/storage-pools/{name}",
      "GET /1.0/storage-pools/{name}/resources",
    ],
    "a pool is made, changed and removed, and tells its space",
    async ({ client: { storagePools }, raw, real, name }) => {
      const path = `/1.0/storage-pools/${name}`;
      try {
        await storagePools.create({ name, driver: "dir", description: "made", config: { "user.a": "1" } });
        const source = `${real.directory}/m1/storage-pools/${name}`;
        const made = { driver: "dir", description: "made", config: { source, "user.a": "1" } };
        expect(await raw(path)).toMatchObject(made);
        await expect(storagePools.create({ name, driver: "dir" })).rejects.toMatchObject({ code: "CONFLICT" });
        expect(await storagePools.listUrls()).toContain(path);
        const { value, etag } = await storagePools.get(name);
        expect(value).toMatchObject({ ...made, used_by: [], status: "Created" });
        expect(await storagePools.list()).toContainEqual(value);

        const stale = storagePools.patch(name, { description: "never" }, { ifMatch: '"stale"' });
        await expect(stale).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
        await storagePools.patch(name, { description: "patched", config: { "user.b": "2" } }, { ifMatch: etag });
        expect(await raw(path)).toMatchObject({ description: "patched", config: { ...value.config, "user.b": "2" } });
        await storagePools.update(name, { description: "replaced", config: { source } });
        expect(await raw(path)).toMatchObject({ description: "replaced", config: { source } });
        await storagePools.patch(name, { config: { "user.c": "3" } });
        expect(await raw(path)).toMatchObject({ description: "", config: { source, "user.c": "3" } });

        const { space, inodes } = await storagePools.resources(name);
        const { bsize, blocks, files } = await statfs(source);
        expect({ space: space.total, inodes: inodes.total }).toEqual({ space: blocks * bsize, inodes: files });
        expect(space.used).toBeGreaterThan(0);
      } finally {
        await storagePools.delete(name);
      }
      expect(await raw(path)).toBeNull();
    },
  );

  covers(
    ["GET /1.0/storage-pools"],
    "a list is filtered",
    async ({ client: { storagePools }, raw, name }) => {
      try {
        await storagePools.create({ name, driver: "dir" });
        expect(await storagePools.list({ filter: `name eq ${name}` })).toEqual([
          await raw(`/1.0/storage-pools/${name}`),
        ]);
        // The server sends null for an empty list here.
        expect(await storagePools.list({ filter: "name eq nothing-of-this-name" })).toEqual([]);
      } finally {
        await storagePools.delete(name);
      }
    },
    { on: "incus" },
  );
});
