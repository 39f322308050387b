import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { withFileLock } from "./file-lock.ts";

/** The folder with built images: `lxdkit/testbed` in `XDG_CACHE_HOME`, else in `~/.cache`. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment["XDG_CACHE_HOME"];
  return join(base === undefined || base === "" ? join(homedir(), ".cache") : base, "lxdkit", "testbed");
}

/** The key of a recipe: SHA-256 of all its parts in their order. */
export function recipeKey(parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  // The length in front keeps ["ab", "c"] apart from ["a", "bc"].
  for (const part of parts) hash.update(`${String(Buffer.byteLength(part))}:`).update(part);
  return hash.digest("hex");
}

/** Input of {@link buildOnce}. */
export interface BuildOnceOptions {
  /** The folder that holds all built things. */
  readonly cache: string;
  /** Key of the recipe. */
  readonly key: string;
  /** Fills an empty folder. */
  readonly build: (folder: string, signal: AbortSignal | undefined) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gives the folder of what a recipe builds, and builds it when it is not there.
 *
 * A build happens in a folder of its own that is renamed when it is complete, so a reader never sees half of one. Of
 * several builders at the same time one builds and the others wait for it.
 */
export async function buildOnce(options: BuildOnceOptions): Promise<string> {
  const { cache, key, build, signal } = options;
  const folder = join(cache, key);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  await withFileLock(join(cache, `${key}.lock`), signal, async () => {
    if (existsSync(folder)) return;
    const prefix = `.${key.slice(0, 12)}-`;
    // Whoever holds the lock is the only builder: other drafts are of builders that crashed.
    for (const name of await readdir(cache)) {
      if (name.startsWith(prefix)) await rm(join(cache, name), { recursive: true, force: true });
    }
    const draft = join(cache, `${prefix}${randomBytes(4).toString("hex")}`);
    await mkdir(draft);
    try {
      await build(draft, signal);
      signal?.throwIfAborted();
      await rename(draft, folder);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  });
  return folder;
}
