import { join } from "node:path";

/** Where the program keeps what it can get again: `$XDG_CACHE_HOME/lxdkit`, or `~/.cache/lxdkit`; nowhere without a home. */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CACHE_HOME, HOME } = environment;
  const parent = XDG_CACHE_HOME || (HOME ? join(HOME, ".cache") : undefined);
  return parent && join(parent, "lxdkit");
}
