import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RealServer } from "@lxdkit/testbed/vitest";

/**
 * Lets an Incus server make buckets in a local pool: gives it a stand-in for MinIO, which Debian does not have, in a
 * folder of its PATH that is mounted for its bed alone. Gives what ends it.
 */
export async function startObjectStore(real: RealServer): Promise<() => Promise<void>> {
  const folder = join(real.directory, "object-store");
  await mkdir(folder);
  // Stores run as a user who may not read the sources.
  await copyFile(fileURLToPath(new URL("object-store.mjs", import.meta.url)), join(folder, "object-store.mjs"));
  await real.run(["sh", "-euc", start, "sh", folder, process.execPath]);
  await real.run(["incus", "config", "set", `core.storage_buckets_address=127.0.0.1:9000`]);
  return async () => {
    await real.run(["incus", "config", "unset", "core.storage_buckets_address"]);
    await real.run(["sh", "-euc", `umount --lazy /usr/local/bin; rm -r "$1"`, "sh", folder]);
  };
}

const start = `
cp -a /usr/local/bin "$1/bin"
for program in minio mc; do
  echo "#!/bin/sh
exec $2 $1/object-store.mjs $program \\"\\$@\\"" >"$1/bin/$program"
done
chmod -R a+rX "$1"
chmod a+x "$1/bin/minio" "$1/bin/mc"
mount --bind "$1/bin" /usr/local/bin`;
