import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";

const pool = "default";

describeRoutes("volume snapshots", ({ covers }) => {
  covers(
    [
      "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots",
      "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots",
      "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}",
      "PUT /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}",
      "PATCH /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}",
      "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}",
      "DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}",
    ],
    "a snapshot of a volume is made, listed, changed, renamed and removed",
    async ({ client: { storagePools }, raw, real, name }) => {
      const { snapshots } = storagePools.volumes;
      const volume = { pool, name };
      const path = `/1.0/storage-pools/${pool}/volumes/custom/${name}/snapshots`;
      const folder = join(real.directory, "m1/storage-pools", pool, "custom-snapshots", `default_${name}`);
      try {
        await storagePools.volumes.create(pool, { name });
        const expires_at = "2040-01-01T00:00:00Z";
        await (await snapshots.create(volume, { name: "first", expires_at })).wait();
        expect(await raw(`${path}/first`)).toMatchObject({ name: "first", expires_at });
        expect(existsSync(join(folder, "first"))).toBe(true);
        expect(await snapshots.listUrls(volume)).toEqual([`${path}/first`]);
        expect(await snapshots.list(volume)).toMatchObject([{ name: `${name}/first`, expires_at }]);
        const { value, etag } = await snapshots.get(volume, "first");
        expect(value).toMatchObject({ name: "first", content_type: "filesystem", expires_at });

        await snapshots.patch(volume, "first", { description: "patched" }, { ifMatch: etag });
        expect(await raw(`${path}/first`)).toMatchObject({ description: "patched" });
        const stale = snapshots.update(volume, "first", {}, { ifMatch: etag });
        await expect(stale).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
        const put = { description: "replaced", expires_at: "2041-01-01T00:00:00Z" };
        await snapshots.update(volume, "first", put);
        expect(await raw(`${path}/first`)).toMatchObject(put);

        await (await snapshots.rename(volume, "first", "second")).wait();
        expect(await raw(`${path}/first`)).toBeNull();
        expect(await raw(`${path}/second`)).toMatchObject({ ...put, name: "second" });
        await (await snapshots.delete(volume, "second")).wait();
        expect(await raw(path)).toEqual([]);
        expect(existsSync(join(folder, "second"))).toBe(false);
      } finally {
        await storagePools.volumes.delete(volume);
      }
    },
  );
});
