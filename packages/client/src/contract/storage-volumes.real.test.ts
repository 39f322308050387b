import { flavoursWithExtra } from "@lxdkit/testbed/vitest";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RealServer } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect } from "vitest";
import { createClient } from "../client.ts";
import type { VolumeAddress } from "../storage/volume-address.ts";
import { describeRoutes } from "./route-cases.ts";

const pool = "default";

/** Where the files of a custom volume are. */
function folderOf(real: RealServer, volume: VolumeAddress): string {
  return join(real.directory, "m1/storage-pools", volume.pool, "custom", `default_${volume.name}`);
}

async function write(real: RealServer, volume: VolumeAddress, text: string): Promise<void> {
  await real.run(["tee", join(folderOf(real, volume), "file")], { input: text });
}

async function content(real: RealServer, volume: VolumeAddress): Promise<string> {
  return readFile(join(folderOf(real, volume), "file"), "utf8");
}

const withBtrfs = await flavoursWithExtra("btrfs", async ({ socketPath }) => {
  await using connection = connectUnix({ socketPath });
  const { environment } = await createClient(connection).info();
  return environment?.storage_supported_drivers.some(({ Name }) => Name === "btrfs") === true;
});

describeRoutes("storage volumes", ({ covers, refuses, real }) => {
  covers(
    [
      "GET /1.0/storage-pools/{pool}/volumes",
      "POST /1.0/storage-pools/{pool}/volumes",
      "GET /1.0/storage-pools/{pool}/volumes/{type}",
      "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}",
      "PUT /1.0/storage-pools/{pool}/volumes/{type}/{volume}",
      "PATCH /1.0/storage-pools/{pool}/volumes/{type}/{volume}",
      "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}",
      "DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}",
    ],
    "a custom volume is made, listed, changed, renamed and removed",
    async ({ client: { storagePools }, raw, name }) => {
      const { volumes } = storagePools;
      const volume = { pool, name };
      const renamed = { pool, name: `${name}-b` };
      const path = `/1.0/storage-pools/${pool}/volumes/custom/${name}`;
      try {
        await volumes.create(pool, { name, description: "made", config: { "user.a": "1" } });
        const made = { name, type: "custom", content_type: "filesystem", description: "made" };
        expect(await raw(path)).toMatchObject({ ...made, config: { "user.a": "1" } });
        await expect(volumes.create(pool, { name })).rejects.toMatchObject({ code: "CONFLICT" });
        const { value, etag } = await volumes.get(volume);
        expect(value).toMatchObject({ ...made, used_by: [], project: "default" });
        expect(await volumes.list(pool, { filter: `name eq ${name}` })).toEqual([value]);
        expect(await volumes.list(pool, { type: "custom", filter: `name eq ${name}` })).toEqual([value]);
        expect(await volumes.list(pool, { type: "image", filter: `name eq ${name}` })).toEqual([]);
        expect(await volumes.list(pool, { allProjects: true })).toContainEqual(value);
        expect(await volumes.listUrls(pool)).toContain(path);
        expect(await volumes.listUrls(pool, { type: "custom" })).toContain(path);
        expect(await volumes.listUrls(pool, { type: "image" })).not.toContain(path);

        await volumes.patch(volume, { config: { "user.b": "2" } }, { ifMatch: etag });
        expect(await raw(path)).toMatchObject({ description: "", config: { "user.a": "1", "user.b": "2" } });
        await expect(volumes.update(volume, {}, { ifMatch: etag })).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
        await volumes.update(volume, { description: "replaced", config: { "user.c": "3" } });
        expect(await raw(path)).toMatchObject({ description: "replaced", config: { "user.c": "3" } });

        await volumes.rename(volume, renamed.name);
        expect(await raw(path)).toBeNull();
        expect(await raw(`${path}-b`)).toMatchObject({ name: renamed.name, config: { "user.c": "3" } });
      } finally {
        await Promise.allSettled([volumes.delete(volume), volumes.delete(renamed)]);
      }
      expect(await raw(`${path}-b`)).toBeNull();
    },
  );

  covers(
    [
      "POST /1.0/storage-pools/{pool}/volumes/{type}",
      "PUT /1.0/storage-pools/{pool}/volumes/{type}/{volume}",
      "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}",
    ],
    "a volume is copied, refreshed, put back to a snapshot and moved to another pool",
    async ({ client: { storagePools }, raw, name }) => {
      const { volumes } = storagePools;
      const original = { pool, name };
      const copy = { pool, name: `${name}-copy` };
      const moved = { pool: name, name: `${name}-moved` };
      try {
        await storagePools.create({ name, driver: "dir" });
        await volumes.create(pool, { name });
        await write(real, original, "one");
        await (await volumes.snapshots.create(original, { name: "first" })).wait();
        const source = { type: "copy", name, pool } as const;
        await (await volumes.createFrom(pool, { name: copy.name, source })).wait();
        expect(await content(real, copy)).toBe("one");
        expect(await volumes.snapshots.listUrls(copy)).toHaveLength(1);

        await write(real, original, "two");
        const refresh = { name: copy.name, source: { ...source, refresh: true } };
        await (await volumes.createFrom(pool, refresh)).wait();
        expect(await content(real, copy)).toBe("two");

        await volumes.update(copy, { restore: "first" });
        expect(await content(real, copy)).toBe("one");

        await (await volumes.move(copy, { pool: name, name: moved.name })).wait();
        expect(await content(real, moved)).toBe("one");
        expect(await raw(`/1.0/storage-pools/${pool}/volumes/custom/${copy.name}`)).toBeNull();
        expect(await raw(`/1.0/storage-pools/${name}/volumes/custom/${moved.name}`)).toMatchObject({
          name: moved.name,
        });

        await expect(volumes.createFrom(pool, { name, source })).rejects.toMatchObject({ code: "CONFLICT" });
      } finally {
        await Promise.allSettled([original, copy, moved].map((volume) => volumes.delete(volume)));
        await storagePools.delete(name);
      }
    },
  );

  covers(
    ["POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}", "POST /1.0/storage-pools/{pool}/volumes/{type}"],
    "a volume is pulled over HTTPS from the server that offers it",
    async ({ client, name }) => {
      const { volumes } = client.storagePools;
      const original = { pool, name };
      const pulled = { pool, name: `${name}-pulled` };
      try {
        await volumes.create(pool, { name });
        await write(real, original, "over the wire");
        const offer = await volumes.migrate(original);
        const { id, metadata } = offer.operation ?? { id: "", metadata: {} };
        const arrival = await volumes.createFrom(pool, {
          name: pulled.name,
          source: {
            type: "migration",
            mode: "pull",
            operation: `${real.httpsUrl}/1.0/operations/${id}`,
            secrets: metadata as Record<string, string>,
            certificate: real.serverCertificate,
          },
        });
        await Promise.all([offer.wait(), arrival.wait()]);
        expect(await content(real, pulled)).toBe("over the wire");
        expect(await content(real, original)).toBe("over the wire");
      } finally {
        await Promise.allSettled([volumes.delete(original), volumes.delete(pulled)]);
      }
    },
  );

  covers(
    ["GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/state"],
    "the state of a volume is empty where the driver cannot tell",
    async ({ client: { storagePools }, raw, name }) => {
      const { volumes } = storagePools;
      try {
        await volumes.create(pool, { name });
        expect(await volumes.state({ pool, name })).toEqual({ usage: null });
        expect(await raw(`/1.0/storage-pools/${pool}/volumes/custom/${name}/state`)).toEqual({ usage: null });
      } finally {
        await volumes.delete({ pool, name });
      }
    },
    { on: "incus" },
  );

  if (withBtrfs.has(real.flavour)) {
    covers(
      ["GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/state"],
      "the state of a volume tells what it uses of its size",
      async ({ client: { storagePools }, raw, name }) => {
        const { volumes } = storagePools;
        const volume = { pool: name, name };
        try {
          await storagePools.create({ name, driver: "btrfs", config: { size: "200MiB" } });
          await volumes.create(name, { name, config: { size: "50MiB" } });
          const file = join(real.directory, "m1/storage-pools", name, "custom", `default_${name}`, "file");
          await real.run(["dd", "if=/dev/urandom", `of=${file}`, "bs=1M", "count=8", "conv=fsync"]);
          await real.run(["sync", "-f", file]);
          // The file system counts in the background.
          const used = async () => (await volumes.state(volume)).usage?.used;
          await expect.poll(used, { timeout: 15_000 }).toBeGreaterThanOrEqual(8 * 1024 * 1024);
          const { usage } = await volumes.state(volume);
          // Incus does not tell the limit here.
          expect(usage?.total).toBe(real.flavour === "lxd" ? 50 * 1024 * 1024 : 0);
          const path = `/1.0/storage-pools/${name}/volumes/custom/${name}/state`;
          expect(await raw(path)).toMatchObject({ usage: { used: usage?.used } });
        } finally {
          await Promise.allSettled([volumes.delete(volume)]);
          await storagePools.delete(name);
        }
      },
    );
  } else {
    refuses(
      ["GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/state"],
      "a pool of LXD's dir driver cannot tell, and this machine has no other driver",
      async ({ client: { storagePools }, name }) => {
        const { volumes } = storagePools;
        try {
          await volumes.create(pool, { name });
          await expect(volumes.state({ pool, name })).rejects.toMatchObject({ code: "SERVER_ERROR", status: 500 });
        } finally {
          await volumes.delete({ pool, name });
        }
      },
      { on: "lxd" },
    );
  }
});
