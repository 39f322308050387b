import { join } from "node:path";
import type { StreamCacheOptions } from "@lxdkit/simplestreams";
import { cacheFolder } from "./cache-folder.ts";

/** Keeps indexes of image servers in the {@link cacheFolder}, so that they are sent again only when they have changed. */
export function streamCache(environment: Readonly<Record<string, string | undefined>>): {
  readonly cache?: StreamCacheOptions;
} {
  const folder = cacheFolder(environment);
  return folder === undefined ? {} : { cache: { directory: join(folder, "streams") } };
}
