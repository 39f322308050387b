import type { InstanceType } from "@lxdkit/protocol";
import type { StreamImage } from "./stream-image.ts";

/** A name of an image in a stream, as `GET /1.0/images/aliases/{name}` of a server would give it. */
export interface StreamAlias {
  /** `debian/12`, or with the stream's spelling of the architecture `debian/12/amd64`. */
  readonly name: string;
  readonly type: InstanceType;
  /** Fingerprint of the image. */
  readonly target: string;
}

/** Names of an image without the architecture that are its own: no newer or better image has taken them. */
export type OwnNames = ReadonlyMap<StreamImage, readonly string[]>;

/**
 * Gives each name to the first image of its type and architecture that has it.
 *
 * @param images - In the order of preference, as `streamImages` gives them.
 */
export function assignNames(images: readonly StreamImage[]): OwnNames {
  const taken = new Set<string>();
  const names = new Map<StreamImage, readonly string[]>();
  for (const image of images) {
    const own = image.aliases.filter((name) => {
      const key = JSON.stringify([name, image.type, image.architecture]);
      if (taken.has(key)) return false;
      taken.add(key);
      return true;
    });
    if (own.length > 0) names.set(image, own);
  }
  return names;
}

/**
 * All names with what they stand for, sorted by name and type. A name without an architecture stands for the image of
 * the first of `architectures` that has one, else for that of any other.
 */
export function aliasTable(names: OwnNames, architectures: readonly string[]): StreamAlias[] {
  const rank = ({ architecture }: StreamImage): number => {
    const at = architectures.indexOf(architecture);
    return at === -1 ? architectures.length : at;
  };
  const table = new Map<string, StreamAlias>();
  const add = (name: string, { type, fingerprint: target }: StreamImage): void => {
    const key = JSON.stringify([name, type]);
    if (!table.has(key)) table.set(key, { name, type, target });
  };
  // A stable sort: within one architecture the order of preference stays.
  for (const [image, own] of [...names].toSorted(([a], [b]) => rank(a) - rank(b))) {
    for (const name of own) {
      add(name, image);
      add(`${name}/${image.streamArchitecture}`, image);
    }
  }
  return [...table.values()].toSorted((a, b) => compare(a.name, b.name) || compare(a.type, b.type));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
