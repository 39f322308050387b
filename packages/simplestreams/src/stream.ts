import type { Flavour, InstanceType } from "@lxdkit/protocol";
import { aliasTable, assignNames, type StreamAlias } from "./alias-table.ts";
import { type ListedImage, listedImage } from "./listed-image.ts";
import { type AliasChoice, resolveAlias, similarAliases } from "./resolve-alias.ts";
import { SimplestreamsError } from "./simplestreams-error.ts";
import type { StreamImage } from "./stream-image.ts";
import { withoutDefaultOs } from "./stream-root.ts";

/** Which image is wanted. */
export interface StreamImageChoice {
  /** `container` by default. */
  readonly type?: InstanceType;
  /** Kernel names of the architectures that the server runs, the preferred first; `["x86_64"]` by default. */
  readonly architectures?: readonly string[];
}

/** Which images are wanted. Each field that is given must fit. */
export interface StreamFilter {
  readonly type?: InstanceType;
  /** The kernel's name, for example `aarch64`. */
  readonly architecture?: string;
  readonly os?: string;
  readonly release?: string;
  /** For example `default` or `cloud`. */
  readonly variant?: string;
  /** Only what an alias stands for: the newest version of each kind. */
  readonly newestOnly?: boolean;
}

/** The images of a simplestreams server at one moment. */
export interface Stream {
  /** Its root, without a slash at the end. */
  readonly url: string;
  /** All of them, the preferred first: newest serial first within one os, release, variant and architecture. */
  readonly images: readonly StreamImage[];
  /** Milliseconds since 1970 at which the server last said that this is what it has. */
  readonly checkedAt: number;
  /** True when the server could not be asked and this came from the cache, which `allowStale` asks for. */
  readonly isStale: boolean;
  /**
   * The image that a name stands for: an alias, an alias with the architecture (`jammy/arm64`), or at least twelve
   * characters from the start of a fingerprint.
   *
   * @throws {SimplestreamsError} `IMAGE_NOT_FOUND` with the nearest `candidates`.
   */
  find(name: string, choice?: StreamImageChoice): StreamImage;
  /** The images that fit, in the order of {@link Stream.images}. */
  filter(filter: StreamFilter): StreamImage[];
  /**
   * All aliases, sorted. One without an architecture stands for the first of `architectures` (`["x86_64", "i686"]` by
   * default) that has an image.
   */
  aliases(architectures?: readonly string[]): StreamAlias[];
  /** All images in the form of the API, as `lxc` or `incus image list REMOTE: --format json` prints them. */
  list(nativeArchitecture?: string): ListedImage[];
}

/** Where the images of a {@link Stream} come from. */
export interface StreamOrigin {
  readonly url: string;
  readonly checkedAt: number;
  readonly isStale: boolean;
  /** For whom the images are; `lxd` by default. */
  readonly flavour?: Flavour;
}

/** Makes a {@link Stream} of images in the order of preference. */
export function toStream(origin: StreamOrigin, images: readonly StreamImage[]): Stream {
  const { url, checkedAt, isStale, flavour = "lxd" } = origin;
  const names = assignNames(images);
  return {
    url,
    images,
    checkedAt,
    isStale,
    find: (name, { type = "container", architectures = ["x86_64"] } = {}) => {
      const choice: AliasChoice = { type, architectures };
      const found = resolveAlias(images, withoutDefaultOs(url, name), choice);
      if (found === undefined) throw notFound(url, images, name, choice);
      return found;
    },
    filter: ({ newestOnly = false, ...wanted }) =>
      images.filter(
        (image) =>
          (!newestOnly || names.has(image)) &&
          Object.entries(wanted).every(([field, value]) => value === undefined || image[field as "os"] === value),
      ),
    aliases: (architectures = ["x86_64", "i686"]) => aliasTable(names, architectures),
    list: (nativeArchitecture = "x86_64") =>
      images.map((image) => listedImage(image, names, { nativeArchitecture, flavour })),
  };
}

function notFound(url: string, images: readonly StreamImage[], name: string, choice: AliasChoice): SimplestreamsError {
  const candidates = similarAliases(images, name, choice);
  return new SimplestreamsError(`${url} has no ${choice.type} image ${JSON.stringify(name)}`, {
    code: "IMAGE_NOT_FOUND",
    address: url,
    candidates,
    hint:
      candidates.length > 0
        ? `Nearest aliases there: ${candidates.join(", ")}.`
        : `It offers no ${choice.type} images for ${choice.architectures.join(", ")} to this kind of server.`,
  });
}
