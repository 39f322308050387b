import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, expect } from "vitest";
import { startObjectStore } from "./object-store.ts";
import { describeRoutes } from "./route-cases.ts";

const pool = "default";

describeRoutes("storage buckets", ({ covers, misbehaves, real }) => {
  let stop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    if (real.flavour === "incus") stop = await startObjectStore(real);
  });
  afterAll(async () => {
    await stop?.();
  });

  covers(
    [
      "GET /1.0/storage-pools/{pool}/buckets",
      "POST /1.0/storage-pools/{pool}/buckets",
      "GET /1.0/storage-pools/{pool}/buckets/{bucket}",
      "PUT /1.0/storage-pools/{pool}/buckets/{bucket}",
      "PATCH /1.0/storage-pools/{pool}/buckets/{bucket}",
      "DELETE /1.0/storage-pools/{pool}/buckets/{bucket}",
    ],
    "a bucket is made, changed and removed",
    async ({ client: { storagePools }, raw, name }) => {
      const { buckets } = storagePools;
      const bucket = { pool, name };
      const path = `/1.0/storage-pools/${pool}/buckets/${name}`;
      try {
        const key = await buckets.create(pool, { name, description: "made", config: { "user.a": "1" } });
        expect(await raw(path)).toMatchObject({ name, description: "made", config: { "user.a": "1" } });
        expect(await raw(`${path}/keys?recursion=1`)).toMatchObject([{ ...key, name: "admin", role: "admin" }]);
        expect(await buckets.listUrls(pool)).toContain(path);
        const { value } = await buckets.get(bucket);
        expect(value).toMatchObject({ name, s3_url: expect.stringContaining(`/${name}`) as string });
        const found = await buckets.list(pool, { filter: `name eq ${name}`, allProjects: true });
        expect(found).toMatchObject([{ name, description: "made", project: "default" }]);

        // Without `config`, which the server cannot bear where there is some.
        await buckets.patch(bucket, { description: "patched" });
        expect(await raw(path)).toMatchObject({ description: "patched", config: { "user.a": "1" } });
        await buckets.patch(bucket, { config: { "user.b": "2" } });
        expect(await raw(path)).toMatchObject({ description: "", config: { "user.a": "1", "user.b": "2" } });
        await buckets.update(bucket, { description: "replaced", config: { "user.b": "2" } });
        expect(await raw(path)).toMatchObject({ description: "replaced", config: { "user.b": "2" } });
        await buckets.delete(bucket);
        expect(await raw(path)).toBeNull();
      } finally {
        await Promise.allSettled([buckets.delete(bucket)]);
      }
    },
    { on: "incus", note: "with a stand-in for MinIO, which the server starts for buckets" },
  );

  covers(
    [
      "GET /1.0/storage-pools/{pool}/buckets/{bucket}/keys",
      "POST /1.0/storage-pools/{pool}/buckets/{bucket}/keys",
      "GET /1.0/storage-pools/{pool}/buckets/{bucket}/keys/{key}",
      "PUT /1.0/storage-pools/{pool}/buckets/{bucket}/keys/{key}",
      "DELETE /1.0/storage-pools/{pool}/buckets/{bucket}/keys/{key}",
    ],
    "a key of a bucket is made, changed and removed",
    async ({ client: { storagePools }, raw, name }) => {
      const { buckets } = storagePools;
      const bucket = { pool, name };
      const path = `/1.0/storage-pools/${pool}/buckets/${name}/keys`;
      try {
        await buckets.create(pool, { name });
        const made = await buckets.keys.create(bucket, { name: "reader", role: "read-only", description: "made" });
        expect(made).toMatchObject({ name: "reader", role: "read-only", "secret-key": expect.stringMatching(/./) });
        expect(await raw(`${path}/reader`)).toEqual(made);
        expect(await buckets.keys.listUrls(bucket)).toEqual([`${path}/admin`, `${path}/reader`]);
        expect((await buckets.keys.get(bucket, "reader")).value).toEqual(made);
        expect(await buckets.keys.list(bucket)).toContainEqual(made);

        const put = { role: "admin", description: "replaced", "access-key": "access", "secret-key": "secret" } as const;
        await buckets.keys.update(bucket, "reader", put);
        expect(await raw(`${path}/reader`)).toMatchObject(put);
        await buckets.keys.delete(bucket, "reader");
        expect(await raw(path)).toEqual([`${path}/admin`]);
      } finally {
        await buckets.delete(bucket);
      }
    },
    { on: "incus", note: "with a stand-in for MinIO, which the server starts for buckets" },
  );

  covers(
    [
      "POST /1.0/storage-pools/{pool}/buckets",
      "POST /1.0/storage-pools/{pool}/buckets/{bucket}/backups",
      "GET /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}",
      "POST /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}",
      "DELETE /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}",
      "GET /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}/export",
    ],
    "a backup of a bucket is made, renamed, read as a stream, made a bucket again, and removed",
    async ({ client: { storagePools }, raw, name }) => {
      const { buckets } = storagePools;
      const bucket = { pool, name };
      const copy = { pool, name: `${name}-copy` };
      const folderOf = (each: string): string =>
        join(real.directory, "m1/storage-pools", pool, "buckets", `default_${each}`, "minio", each);
      const path = `/1.0/storage-pools/${pool}/buckets/${name}/backups`;
      const folder = await mkdtemp(join(tmpdir(), "lxdkit-bucket-"));
      try {
        await buckets.create(pool, { name });
        await real.run(["tee", join(folderOf(name), "file")], { input: "precious" });
        const expires_at = "2040-01-01T00:00:00Z";
        await (await buckets.backups.create(bucket, { name: "first", expires_at })).wait();
        expect(await buckets.backups.get(bucket, "first")).toMatchObject({ name: `${name}/first`, expires_at });
        expect(await raw(`${path}/first`)).toMatchObject({ name: `${name}/first`, expires_at });
        await (await buckets.backups.rename(bucket, "first", "second")).wait();
        expect(await raw(`${path}/first`)).toBeNull();
        expect(await raw(`${path}/second`)).toMatchObject({ name: `${name}/second` });

        const tarball = join(folder, "backup.tar.gz");
        await pipeline((await buckets.backups.export(bucket, "second")).body, createWriteStream(tarball));
        const listing = await real.run(["tar", "-tzf", tarball]);
        expect(listing.stdout.split("\n")).toContain("backup/bucket/file");
        await (await buckets.backups.delete(bucket, "second")).wait();
        expect(await raw(`${path}/second`)).toBeNull();

        // Its keys come back as well, and no two keys of a server may be the same.
        await buckets.delete(bucket);
        await (await buckets.import(copy, createReadStream(tarball))).wait();
        expect(await raw(`/1.0/storage-pools/${pool}/buckets/${copy.name}`)).toMatchObject({ name: copy.name });
        expect(await readFile(join(folderOf(copy.name), "file"), "utf8")).toBe("precious");
      } finally {
        await Promise.allSettled([buckets.delete(bucket), buckets.delete(copy)]);
        await rm(folder, { recursive: true });
      }
    },
    { on: "incus", note: "with a stand-in for MinIO, which the server starts for buckets" },
  );

  misbehaves(
    ["GET /1.0/storage-pools/{pool}/buckets/{bucket}/backups"],
    "the server answers with the bucket instead of its backups",
    async ({ client: { storagePools }, raw, name }) => {
      const { buckets } = storagePools;
      const bucket = { pool, name };
      try {
        await buckets.create(pool, { name });
        expect(await raw(`/1.0/storage-pools/${pool}/buckets/${name}/backups`)).toMatchObject({ name });
        await expect(buckets.backups.list(bucket)).rejects.toMatchObject({ code: "BAD_METADATA" });
        await expect(buckets.backups.listUrls(bucket)).rejects.toMatchObject({ code: "BAD_METADATA" });
      } finally {
        await buckets.delete(bucket);
      }
    },
    { on: "incus" },
  );

  covers(
    ["GET /1.0"],
    "LXD has none, and the error names the extension",
    async ({ client: { storagePools }, raw }) => {
      const missing = { code: "EXTENSION_MISSING", extension: "storage_buckets" };
      await expect(storagePools.buckets.list(pool)).rejects.toMatchObject(missing);
      await expect(storagePools.buckets.keys.delete({ pool, name: "b" }, "k")).rejects.toMatchObject(missing);
      expect(await raw(`/1.0/storage-pools/${pool}/buckets`)).toBeNull();
    },
    { on: "lxd" },
  );
});
