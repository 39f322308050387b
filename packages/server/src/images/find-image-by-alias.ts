import type { Client } from "@lxdkit/client";
import { type Flavour, LxdkitError, MultipleErrors } from "@lxdkit/protocol";
import { findStreamImage } from "@lxdkit/simplestreams";
import { isNotFound } from "@lxdkit/transport";
import { errorText, ServerError } from "../server-error.ts";
import type { SourcedImage } from "./sourced-image.ts";

/** Options of {@link findImageByAlias}. */
export interface FindImageByAliasOptions {
  /** URLs of simplestreams servers, asked in this order. */
  readonly sources?: readonly string[];
  /** Whether the server's own images are looked at first; true by default. */
  readonly local?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** The server that the image is for. */
export interface ImageTarget {
  readonly client: Client;
  readonly flavour: Flavour;
  /** Kernel names, the native one first. */
  readonly architectures: readonly string[];
}

/**
 * Finds an image by alias, or by the start of its fingerprint: in the server's own store, then in each source. The
 * first hit wins. Nothing is downloaded.
 *
 * @throws {MultipleErrors} `IMAGE_NOT_FOUND` with the cause for each place that was looked at.
 */
export async function findImageByAlias(
  target: ImageTarget,
  alias: string,
  options: FindImageByAliasOptions = {},
): Promise<SourcedImage> {
  const { sources = [], local = true, signal } = options;
  const places = [
    ...(local ? [{ name: "the server's own images", find: () => findLocalImage(target, alias, signal) }] : []),
    ...sources.map((source) => ({ name: source, find: () => findRemoteImage(target, alias, source, signal) })),
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
  const details = places.map((place, at) => `${place.name}: ${errorText(causes[at])}`).join("; ");
  const isEverywhereMissing = causes.every((cause) => LxdkitError.is(cause) && cause.code === "IMAGE_NOT_FOUND");
  throw new MultipleErrors(`no container image ${JSON.stringify(alias)} found (${details})`, causes, {
    code: isEverywhereMissing ? "IMAGE_NOT_FOUND" : "IMAGE_SEARCH_FAILED",
    cause: causes.at(-1),
    step: "find image",
    hint: hints(causes) ?? "Name an image server to look at.",
  });
}

async function findLocalImage(
  { client }: ImageTarget,
  alias: string,
  signal: AbortSignal | undefined,
): Promise<SourcedImage> {
  const byAlias = await client.images.aliases.get(alias, { signal }).catch(missingIsUndefined);
  const fingerprint = byAlias?.value.target ?? (/^[0-9a-f]{12,64}$/.test(alias) ? alias : undefined);
  const image =
    fingerprint === undefined ? undefined : await client.images.get(fingerprint, { signal }).catch(missingIsUndefined);
  if (image === undefined) {
    throw new ServerError(`no alias ${JSON.stringify(alias)}`, { code: "IMAGE_NOT_FOUND" });
  }
  if (image.value.type !== "container") {
    throw new ServerError(`${JSON.stringify(alias)} is a ${image.value.type} image`, { code: "IMAGE_NOT_FOUND" });
  }
  return { fingerprint: image.value.fingerprint, alias };
}

async function findRemoteImage(
  { flavour, architectures }: ImageTarget,
  alias: string,
  source: string,
  signal: AbortSignal | undefined,
): Promise<SourcedImage> {
  const image = await findStreamImage(source, alias, {
    flavour,
    type: "container",
    architectures,
    ...(signal === undefined ? {} : { signal }),
  });
  return { fingerprint: image.fingerprint, alias, source };
}

function missingIsUndefined(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}

function hints(causes: readonly unknown[]): string | undefined {
  const all = causes.flatMap((cause) => (LxdkitError.is(cause) && cause.hint !== undefined ? [cause.hint] : []));
  return all.length > 0 ? [...new Set(all)].join(" ") : undefined;
}
