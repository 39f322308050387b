import { join } from "node:path";
import type { StreamCacheOptions, StreamProxy } from "@lxdkit/simplestreams";
import { proxyFromEnvironment } from "@lxdkit/transport";
import { cacheFolder } from "./cache-folder.ts";

/** How image servers are reached, and where their indexes are kept. */
export interface StreamSettings {
  readonly proxy: StreamProxy;
  /** In the {@link cacheFolder}, so that indexes are sent again only when they have changed. */
  readonly cache?: StreamCacheOptions;
}

/** What the environment says about image servers. */
export function streamOptions(environment: Readonly<Record<string, string | undefined>>): StreamSettings {
  const proxy = proxyFromEnvironment({ environment });
  const folder = cacheFolder(environment);
  return { proxy, ...(folder === undefined ? {} : { cache: { directory: join(folder, "streams") } }) };
}
