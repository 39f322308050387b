import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";

const pool = "default";

describeRoutes("volume backups", ({ covers }) => {
  covers(
    [
      "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups",
      "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups",
      "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}",
      "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}",
      "DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}",
    ],
    "a backup of a volume is made, listed, renamed and removed",
    async ({ client: { storagePools }, raw, name }) => {
      const { backups } = storagePools.volumes;
      const volume = { pool, name };
      const path = `/1.0/storage-pools/${pool}/volumes/custom/${name}/backups`;
      try {
        await storagePools.volumes.create(pool, { name });
        const expires_at = "2040-01-01T00:00:00Z";
        await (await backups.create(volume, { name: "first", expires_at, volume_only: true })).wait();
        expect(await raw(`${path}/first`)).toMatchObject({ name: "first", expires_at, volume_only: true });
        expect(await backups.listUrls(volume)).toEqual([`${path}/first`]);
        expect(await backups.list(volume)).toEqual([await backups.get(volume, "first")]);
        await (await backups.rename(volume, "first", "second")).wait();
        expect(await raw(path)).toEqual([`${path}/second`]);
        await (await backups.delete(volume, "second")).wait();
        expect(await raw(path)).toEqual([]);
      } finally {
        await storagePools.volumes.delete(volume);
      }
    },
  );

  covers(
    [
      "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}/export",
      "POST /1.0/storage-pools/{pool}/volumes/{type}",
    ],
    "a backup comes as a stream, and becomes a volume again: of bytes under a new name, of a stream under its own",
    async ({ client: { storagePools }, raw, real, name }) => {
      const { volumes } = storagePools;
      const volume = { pool, name };
      const copy = { pool, name: `${name}-copy` };
      const fileOf = (file: string): string =>
        join(real.directory, "m1/storage-pools", pool, "custom", `default_${file}`, "file");
      const folder = await mkdtemp(join(tmpdir(), "lxdkit-backup-"));
      try {
        await volumes.create(pool, { name, description: "kept" });
        await real.run(["tee", fileOf(name)], { input: "precious" });
        await (await volumes.backups.create(volume, { name: "b1", compression_algorithm: "gzip" })).wait();
        const tarball = join(folder, "backup.tar.gz");
        await pipeline((await volumes.backups.export(volume, "b1")).body, createWriteStream(tarball));
        const listing = await real.run(["tar", "-tzf", tarball]);
        expect(listing.stdout.split("\n")).toContain("backup/volume/file");

        await (await volumes.import(pool, await readFile(tarball), { name: copy.name })).wait();
        expect(await readFile(fileOf(copy.name), "utf8")).toBe("precious");
        expect(await raw(`/1.0/storage-pools/${pool}/volumes/custom/${copy.name}`)).toMatchObject({
          name: copy.name,
          description: "kept",
        });

        await volumes.delete(volume);
        expect(await raw(`/1.0/storage-pools/${pool}/volumes/custom/${name}`)).toBeNull();
        await (await volumes.import(pool, createReadStream(tarball))).wait();
        expect(await readFile(fileOf(name), "utf8")).toBe("precious");
      } finally {
        await Promise.allSettled([volumes.delete(volume), volumes.delete(copy)]);
        await rm(folder, { recursive: true });
      }
    },
  );

  covers(
    ["POST /1.0/storage-pools/{pool}/volumes/{type}"],
    "an ISO image becomes a volume",
    async ({ client: { storagePools }, raw, real, name }) => {
      const { volumes } = storagePools;
      const image = new Uint8Array(64 * 1024).fill(7);
      try {
        await (await volumes.import(pool, image, { name, contentType: "iso" })).wait();
        const path = `/1.0/storage-pools/${pool}/volumes/custom/${name}`;
        expect(await raw(path)).toMatchObject({ name, type: "custom", content_type: "iso" });
        const file = join(real.directory, "m1/storage-pools", pool, "custom", `default_${name}.iso`, "root.img");
        expect(image).toEqual(new Uint8Array(await readFile(file)));
      } finally {
        await volumes.delete({ pool, name });
      }
    },
    { on: "incus" },
  );
});
