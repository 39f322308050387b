import { type InstanceType, kernelArchitecture } from "@lxdkit/protocol";
import type { StreamCacheOptions } from "@lxdkit/simplestreams";
import type { ProxyOption } from "@lxdkit/transport";
import type { ServerHost } from "../server-host.ts";
import { findImage, findOnServer, type WantedImage } from "./image-server.ts";
import { type ImageSource, sourceName } from "./image-source.ts";
import { searchFailed } from "./search-failed.ts";
import type { SourcedImage } from "./sourced-image.ts";

/** Options of {@link findImageByAlias}. */
export interface FindImageByAliasOptions {
  /** Image servers, asked in this order. */
  readonly sources?: readonly ImageSource[];
  /** Whether the server's own images are looked at first; true by default. */
  readonly local?: boolean;
  /** What the image is for; containers by default. */
  readonly virtType?: InstanceType | undefined;
  /** What the image is to run on, by Debian's or the kernel's name; what the server itself runs by default. */
  readonly architecture?: string | undefined;
  /** Keeps what was read of simplestreams servers. */
  readonly cache?: StreamCacheOptions | undefined;
  /** How this client finds the proxy to sources that name none themselves; none by default. The server has its own. */
  readonly proxy?: ProxyOption | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds an image by alias, or by the start of its fingerprint: in the server's own store, then in each source. The
 * first hit wins. Nothing is downloaded.
 *
 * @throws {MultipleErrors} `IMAGE_NOT_FOUND` with the cause for each place that was looked at.
 */
export async function findImageByAlias(
  { client, flavour, info }: ServerHost,
  alias: string,
  options: FindImageByAliasOptions = {},
): Promise<SourcedImage> {
  const { sources = [], local = true, virtType: type = "container", cache, proxy, signal } = options;
  const architecture = options.architecture === undefined ? undefined : kernelArchitecture(options.architecture);
  const asked = architecture === undefined ? {} : { architecture };
  const architectures = architecture === undefined ? (info.environment?.architectures ?? []) : [architecture];
  const wanted: WantedImage = { aliases: [alias], type, architectures, flavour };
  const own = async (): Promise<SourcedImage> => {
    const runnable = architecture === undefined ? [] : [architecture];
    const { fingerprint } = await findImage(client, alias, { type, architectures: runnable }, signal);
    return { fingerprint, alias, type, ...asked };
  };
  const places = [
    ...(local ? [{ name: "the server's own images", find: own }] : []),
    ...sources.map((source) => ({
      name: sourceName(source),
      find: async () => ({ ...(await findOnServer(source, wanted, { cache, proxy, signal })), ...asked }),
    })),
  ];
  const causes: unknown[] = [];
  for (const place of places) {
    try {
      return await place.find();
    } catch (error) {
      signal?.throwIfAborted();
      causes.push(error);
    }
  }
  const searched = places.map(({ name }, at) => ({ name, cause: causes[at] }));
  const what = architecture === undefined ? "" : ` for ${architecture}`;
  throw searchFailed(`the ${type} image ${JSON.stringify(alias)}${what}`, searched);
}
