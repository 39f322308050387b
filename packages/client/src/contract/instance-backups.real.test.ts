import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";
import { cli, removeInstance, withInstance } from "./with-instance.ts";

describeRoutes("backups of instances", ({ covers }) => {
  covers(
    [
      "POST /1.0/instances/{name}/backups",
      "GET /1.0/instances/{name}/backups",
      "GET /1.0/instances/{name}/backups/{backup}",
      "GET /1.0/instances/{name}/backups/{backup}/export",
      "POST /1.0/instances/{name}/backups/{backup}",
      "DELETE /1.0/instances/{name}/backups/{backup}",
      "POST /1.0/instances",
    ],
    "one is made, listed, renamed, downloaded, made an instance of, and removed",
    async ({ client, raw, real, name }) => {
      const { backups } = client.instances;
      const at = `/1.0/instances/${name}/backups`;
      const copy = `${name}-b`;
      const folder = await mkdtemp(join(tmpdir(), "lxdkit-backup-"));
      try {
        await real.run([cli(real), "storage", "create", name, "dir"]);
        await withInstance({ client, name }, async () => {
          await client.instances.patch(name, { description: "original", config: { "user.kept": "yes" } });
          const expires_at = "2090-05-01T00:00:00Z";
          await (await backups.create(name, { name: "b1", expires_at, compression_algorithm: "none" })).wait();
          expect(await backups.listUrls(name)).toEqual(await raw(at));
          expect(await backups.list(name)).toMatchObject([{ name: "b1", expires_at, instance_only: false }]);
          expect(await backups.get(name, "b1")).toMatchObject((await raw(`${at}/b1`)) as object);
          await (await backups.rename(name, "b1", "b2")).wait();
          expect(await raw(at)).toEqual([`${at}/b2`]);

          const file = join(folder, "backup.tar");
          const { body, headers } = await backups.export(name, "b2");
          await pipeline(body, createWriteStream(file));
          const { size } = await stat(file);
          expect(headers["content-length"]).toBe(String(size));
          await (await backups.delete(name, "b2")).wait();
          expect(await raw(at)).toEqual([]);

          const progress: number[] = [];
          const backup = { content: createReadStream(file), sizeBytes: size, name: copy, pool: name };
          const creation = await client.instances.createFromBackup(backup, {
            onProgress: ({ doneBytes, totalBytes }) => progress.push(doneBytes / (totalBytes ?? 0)),
          });
          await creation.wait();
          expect(progress.at(-1)).toBe(1);
          expect(await raw(`/1.0/instances/${copy}`)).toMatchObject({
            description: "original",
            config: { "user.kept": "yes" },
            expanded_devices: { root: { pool: name } },
          });

          const cut = { ...backup, content: createReadStream(file), sizeBytes: size + 1, name: `${name}-c` };
          await expect(client.instances.createFromBackup(cut)).rejects.toMatchObject({ code: "CONTENT_SIZE" });
          expect(await raw(`/1.0/instances?filter=name+eq+${name}-c`)).toEqual([]);
        });
      } finally {
        await removeInstance(client, copy);
        await real.run([cli(real), "storage", "delete", name]);
        await rm(folder, { recursive: true });
      }
    },
  );
});
