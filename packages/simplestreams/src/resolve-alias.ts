import type { InstanceType } from "@lxdkit/protocol";
import type { StreamImage } from "./stream-image.ts";

/** Which of the images behind an alias is wanted. */
export interface AliasChoice {
  readonly type: InstanceType;
  /** Kernel names of the architectures that the server runs, the preferred first. */
  readonly architectures: readonly string[];
}

/**
 * The image that `name` stands for: an alias, an alias with its architecture (`jammy/arm64`), or at least twelve
 * characters from the start of a fingerprint. Undefined when there is none of the wanted type and architecture.
 *
 * @param images - In the order of preference, as `streamImages` gives them.
 */
export function resolveAlias(
  images: readonly StreamImage[],
  name: string,
  choice: AliasChoice,
): StreamImage | undefined {
  const wanted = images.filter((image) => image.type === choice.type);
  for (const architecture of choice.architectures) {
    const match = wanted.find(
      (image) =>
        image.architecture === architecture &&
        image.aliases.some((alias) => alias === name || `${alias}/${image.streamArchitecture}` === name),
    );
    if (match !== undefined) return match;
  }
  if (!/^[0-9a-f]{12,64}$/.test(name)) return undefined;
  return wanted.find(
    (image) => image.fingerprint.startsWith(name) && choice.architectures.includes(image.architecture),
  );
}

/** Up to five aliases of images of the wanted kind that share the most with `name`, for a hint. */
export function similarAliases(images: readonly StreamImage[], name: string, choice: AliasChoice): string[] {
  const names = new Set(
    images
      .filter((image) => image.type === choice.type && choice.architectures.includes(image.architecture))
      .flatMap((image) => image.aliases),
  );
  return [...names]
    .map((alias) => ({ alias, score: sharedPairs(alias, name) }))
    .toSorted((a, b) => b.score - a.score || (a.alias < b.alias ? -1 : 1))
    .slice(0, 5)
    .map(({ alias }) => alias);
}

/** How many pairs of neighbouring letters two words share, relative to their lengths (Dice's coefficient). */
function sharedPairs(a: string, b: string): number {
  const pairs = (word: string): Set<string> =>
    new Set(Array.from({ length: Math.max(0, word.length - 1) }, (_, at) => word.slice(at, at + 2)));
  const left = pairs(a.toLowerCase());
  const right = pairs(b.toLowerCase());
  const shared = [...left].filter((pair) => right.has(pair)).length;
  return left.size + right.size === 0 ? 0 : (2 * shared) / (left.size + right.size);
}
