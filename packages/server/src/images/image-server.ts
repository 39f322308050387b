import { type Client, createClient } from "@lxdkit/client";
import type { Flavour, InstanceType } from "@lxdkit/protocol";
import { findStreamImage, type StreamCacheOptions, type StreamProxy } from "@lxdkit/simplestreams";
import { connectImageRemote, proxyFromEnvironment, type ProxyOption } from "@lxdkit/transport";
import { ServerError } from "../server-error.ts";
import { unlessMissing } from "../unless-missing.ts";
import { type ImageSource, sourceName, sourceSpec } from "./image-source.ts";
import type { SourcedImage } from "./sourced-image.ts";

/** Which image is wanted of an image server. */
export interface WantedImage {
  /** Tried in this order. */
  readonly aliases: readonly string[];
  readonly type: InstanceType;
  /** Kernel names, the preferred first. */
  readonly architectures: readonly string[];
  /** The family of the server that the image is for. */
  readonly flavour: Flavour;
}

/** Options of {@link findOnServer}. */
export interface FindOnServerOptions {
  /** Keeps what was read of simplestreams servers. */
  readonly cache?: StreamCacheOptions | undefined;
  /** How to find the proxy to sources that name none themselves. */
  readonly proxy?: ProxyOption | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks for an image on an image server.
 *
 * @throws {ServerError} `IMAGE_NOT_FOUND`, as the error of a simplestreams server says it too; and whatever keeps the
 * server from being read.
 */
export async function findOnServer(
  source: ImageSource,
  wanted: WantedImage,
  options: FindOnServerOptions = {},
): Promise<SourcedImage> {
  const { cache, signal } = options;
  const named = sourceSpec(source);
  const spec = named && named.proxy === undefined ? named.withProxy(options.proxy) : named;
  // An address that is none is told by the reader of streams.
  const remote =
    spec === undefined
      ? ({ protocol: "simplestreams", url: sourceName(source), ca: undefined, proxy: options.proxy } as const)
      : connectImageRemote(spec);
  if (remote.protocol === "simplestreams") {
    const { url, ca } = remote;
    const proxy = streamProxy(remote.proxy);
    const { type, architectures, flavour } = wanted;
    const how = {
      type,
      architectures,
      flavour,
      signal,
      ...(ca && { ca }),
      ...(cache && { cache }),
      ...(proxy && { proxy }),
    };
    return await firstAlias(wanted, async (alias) => {
      const { fingerprint } = await findStreamImage(url, alias, how);
      return { fingerprint, alias, type, source };
    });
  }
  const client = createClient(remote.connection);
  try {
    return await firstAlias(wanted, async (alias) => ({
      ...(await findImage(client, alias, wanted, signal)),
      alias,
      source,
    }));
  } finally {
    client.events.close();
    await remote.connection.close();
  }
}

/** What readers of streams understand of how to find a proxy. */
function streamProxy(option: ProxyOption | undefined): StreamProxy | undefined {
  if (option === undefined || option === false) return undefined;
  if (typeof option === "string") return () => option;
  return typeof option === "function" ? option : proxyFromEnvironment(option);
}

/** The image of the first alias that stands for one; the last failure when none does. */
async function firstAlias(
  { aliases }: WantedImage,
  find: (alias: string) => Promise<SourcedImage>,
): Promise<SourcedImage> {
  let last: unknown = new ServerError("no alias to look for", { code: "IMAGE_NOT_FOUND" });
  for (const alias of aliases) {
    try {
      return await find(alias);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/**
 * The image of that alias, or of that start of a fingerprint, in the store of an LXD or Incus server.
 *
 * @throws {ServerError} `IMAGE_NOT_FOUND`, also when it is of another type or architecture.
 */
export async function findImage(
  client: Client,
  alias: string,
  { type, architectures }: Pick<WantedImage, "type" | "architectures">,
  signal: AbortSignal | undefined,
): Promise<Omit<SourcedImage, "alias" | "source">> {
  const byAlias = await unlessMissing(client.images.aliases.get(alias, { signal }));
  const fingerprint = byAlias?.value.target ?? (/^[0-9a-f]{12,64}$/.test(alias) ? alias : undefined);
  const missing = (text: string): ServerError => new ServerError(text, { code: "IMAGE_NOT_FOUND" });
  if (fingerprint === undefined) throw missing(`no alias ${JSON.stringify(alias)}`);
  const image = await unlessMissing(client.images.get(fingerprint, { signal }));
  if (image === undefined) throw missing(`no image ${fingerprint}`);
  const { value } = image;
  if (value.type !== type) throw missing(`${JSON.stringify(alias)} is a ${value.type} image`);
  const isRunnable = architectures.length === 0 || architectures.includes(value.architecture);
  if (!isRunnable) throw missing(`${JSON.stringify(alias)} is an image for ${value.architecture}`);
  return { fingerprint: value.fingerprint, type, isPublic: value.public };
}
