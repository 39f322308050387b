import { join } from "node:path";
import type { StreamCacheOptions } from "@lxdkit/simplestreams";

/**
 * Where indexes of image servers are kept, so that they are sent again only when they have changed:
 * `$XDG_CACHE_HOME/lxdkit/streams`, or `~/.cache/lxdkit/streams`; nowhere without a home.
 */
export function streamCache(environment: Readonly<Record<string, string | undefined>>): {
  readonly cache?: StreamCacheOptions;
} {
  const { XDG_CACHE_HOME, HOME } = environment;
  const parent = XDG_CACHE_HOME || (HOME ? join(HOME, ".cache") : undefined);
  return parent === undefined ? {} : { cache: { directory: join(parent, "lxdkit", "streams") } };
}
