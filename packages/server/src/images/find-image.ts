import { debianArchitecture, flavourTitle, type InstanceType, kernelArchitecture } from "@lxdkit/protocol";
import type { StreamCacheOptions } from "@lxdkit/simplestreams";
import type { ProxyOption } from "@lxdkit/transport";
import type { ServerHost } from "../server-host.ts";
import { ServerError } from "../server-error.ts";
import { unlessMissing } from "../unless-missing.ts";
import { cacheAlias } from "./cache-alias.ts";
import { copyRemoteImage, type CopyRemoteImageOptions } from "./copy-remote-image.ts";
import { findOnServer } from "./image-server.ts";
import { type ImageSource, sourceKey, sourceName } from "./image-source.ts";
import { type ImageStatus, tellStatus } from "./image-status.ts";
import { searchFailed, type SearchedPlace } from "./search-failed.ts";
import { seriesAliases } from "./series-aliases.ts";
import type { Turns } from "../turns.ts";
import type { Flights } from "./single-flight.ts";
import type { SourcedImage } from "./sourced-image.ts";

const defaultProject = "default";

/** Options of {@link findImageOfSeries}. */
export interface FindImageOptions extends CopyRemoteImageOptions {
  /** Whether the server gets a copy of its own, under an alias by which the next search finds it; false by default. */
  readonly copyLocal?: boolean | undefined;
  /** What the image is for; containers by default. */
  readonly virtType?: InstanceType | undefined;
  /** What the aliases of the server's copies begin with; `juju` by default: `juju/jammy/amd64`. */
  readonly aliasPrefix?: string | undefined;
  /** Aliases to look for on the image servers, in place of those that the series stands for. */
  readonly remoteAliases?: readonly string[] | undefined;
  /** Keeps what was read of simplestreams servers. */
  readonly cache?: StreamCacheOptions | undefined;
  /** How this client finds the proxy to sources that name none themselves; none by default. The server has its own. */
  readonly proxy?: ProxyOption | undefined;
}

/** The image that is wanted, and where. */
export interface SeriesSearch {
  /** For example `jammy` or `centos7`. */
  readonly series: string;
  /** In Debian's or in the kernel's spelling; undefined: the server's own. */
  readonly architecture: string | undefined;
  /** Asked in this order. */
  readonly sources: readonly ImageSource[];
}

/** Searches that are under way on one server, in all its projects and on all members of its cluster. */
export interface SearchesUnderWay {
  readonly flights: Flights<SourcedImage, ImageStatus>;
  readonly turns: Turns;
}

/**
 * Finds the image of a series: under its alias on the server itself, then on each source in order. The first hit wins.
 * With `copyLocal`, those who want the same image at the same time share one search and one download.
 *
 * @throws {ServerError} `SERIES_UNKNOWN`, `SERIES_NOT_SUPPORTED`, `ARCHITECTURE_UNKNOWN`.
 * @throws {MultipleErrors} `IMAGE_NOT_FOUND` or `IMAGE_SEARCH_FAILED` with the cause for each place, and what
 * {@link copyRemoteImage} throws.
 */
export async function findImageOfSeries(
  host: ServerHost,
  search: SeriesSearch,
  options: FindImageOptions = {},
): Promise<SourcedImage> {
  const { copyLocal = false, virtType: type = "container", aliasPrefix = "juju", signal, onStatus } = options;
  signal?.throwIfAborted();
  const { series, sources } = search;
  const architecture = search.architecture ?? nativeArchitecture(host);
  const wanted: Wanted = {
    ...search,
    architecture,
    type,
    alias: cacheAlias(aliasPrefix, { series, architecture, type }),
  };
  tellStatus(onStatus, `acquiring ${flavourTitle(host.flavour)} image`);
  if (!copyLocal) return findAnywhere(host, wanted, options);
  const { alias } = wanted;
  // Whatever member does it, all of a cluster have the image then.
  const place = await imageProject(host, signal);
  // Two lists of sources may lead to different images, yet the second search finds what the first one has copied.
  const key = JSON.stringify([place, alias, sources.map(sourceKey), options.remoteAliases]);
  const { flights, turns } = host.searches;
  return flights.join(
    key,
    ({ signal: ends, tell }) =>
      turns.take(
        JSON.stringify([place, alias]),
        async () => {
          const shared = { ...options, signal: ends, onStatus: tell };
          const found = await findAnywhere(host, wanted, shared);
          return found.source === undefined ? found : copyRemoteImage(host, found, [alias], shared);
        },
        ends,
      ),
    {
      signal,
      onNews: ({ message }) => {
        tellStatus(onStatus, message);
      },
    },
  );
}

/** The project whose images a project sees: its own, or the default one's. */
async function imageProject({ client }: ServerHost, signal: AbortSignal | undefined): Promise<string> {
  const { project = defaultProject } = client.place;
  if (project === defaultProject) return project;
  const found = await unlessMissing(client.projects.get(project, { signal }));
  return found?.value.config["features.images"] === "true" ? project : defaultProject;
}

interface Wanted extends SeriesSearch {
  readonly architecture: string;
  readonly type: InstanceType;
  /** On the server itself. */
  readonly alias: string;
}

function nativeArchitecture({ info, client }: ServerHost): string {
  const [native] = info.environment?.architectures ?? [];
  if (native !== undefined) return native;
  throw new ServerError("the server does not tell its architecture", {
    code: "ARCHITECTURE_UNKNOWN",
    address: client.connection.address,
    hint: "Name the architecture, or let the server trust this client.",
  });
}

async function findAnywhere(host: ServerHost, wanted: Wanted, options: FindImageOptions): Promise<SourcedImage> {
  const { flavour } = host;
  const { series, architecture, sources, type } = wanted;
  const { signal, cache, proxy, remoteAliases } = options;
  const own = await findOwn(host, wanted, signal);
  if (own.image !== undefined) return own.image;
  const aliases = remoteAliases ?? seriesAliases(series, architecture);
  const architectures = [kernelArchitecture(architecture)];
  const places: SearchedPlace[] = [{ name: "the server's own images", cause: own.cause }];
  // The aliases of a series say for what architecture they are.
  const asked = remoteAliases === undefined ? {} : { architecture: kernelArchitecture(architecture) };
  for (const source of sources) {
    try {
      const found = await findOnServer(source, { aliases, type, architectures, flavour }, { cache, proxy, signal });
      return { ...found, ...asked };
    } catch (cause) {
      signal?.throwIfAborted();
      places.push({ name: sourceName(source), cause });
    }
  }
  throw searchFailed(`${series} on ${debianArchitecture(architecture)} (${type})`, places);
}

/** The server's own image; a server that cannot look its alias up can do nothing else either. */
async function findOwn(
  { client }: ServerHost,
  { alias, type }: Wanted,
  signal: AbortSignal | undefined,
): Promise<{ readonly image: SourcedImage } | { readonly image: undefined; readonly cause: unknown }> {
  const missing = (text: string): ServerError => new ServerError(text, { code: "IMAGE_NOT_FOUND" });
  const found = await unlessMissing(client.images.aliases.get(alias, { signal }));
  if (found === undefined) return { image: undefined, cause: missing(`no alias ${JSON.stringify(alias)}`) };
  try {
    const { value } = await client.images.get(found.value.target, { signal });
    if (value.type === type) return { image: { fingerprint: value.fingerprint, alias, type } };
    return { image: undefined, cause: missing(`${JSON.stringify(alias)} is a ${value.type} image`) };
  } catch (cause) {
    signal?.throwIfAborted();
    // An alias without its image is mended by the copy.
    return { image: undefined, cause };
  }
}
