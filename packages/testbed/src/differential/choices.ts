import type { Random } from "@lxdkit/testing";
import { ownImages } from "./own-images.ts";
import * as names from "./names.ts";

/** Chooses at random. */
export interface Choices {
  /** From 0 up to but not including 1. */
  fraction(): number;
  /** Says yes with a probability of `share`. */
  chance(share: number): boolean;
  one<T>(from: readonly T[]): T;
  /** Each entry with a probability of `share`, which is a half by default. */
  some<T>(from: Readonly<Record<string, T>>, share?: number): Readonly<Record<string, T>>;
  /** For each key one of its values, or the key not at all. */
  config(table: ConfigTable): Readonly<Record<string, string>>;
  /** `text` with each `<kind>` replaced by one of the names of that kind. */
  fill(text: string): string;
}

/** Values of keys of a configuration. */
export type ConfigTable = Readonly<Record<string, readonly string[]>>;

const vocabulary: Readonly<Record<string, readonly string[]>> = {
  project: names.projectNames,
  profile: names.profileNames,
  instance: names.instanceNames,
  network: names.networkNames,
  pool: names.poolNames,
  volume: names.volumeNames,
  snapshot: names.snapshotNames,
  alias: names.aliasNames,
  acl: names.aclNames,
  zone: names.zoneNames,
  record: names.recordNames,
  image: ownImages.map(({ fingerprint }) => fingerprint),
};

/** Makes {@link Choices} that depend on `random` alone. */
export function createChoices(random: Random): Choices {
  const chance = (share: number): boolean => random() < share;
  const one = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const some = <T>(from: Readonly<Record<string, T>>, share = 0.5): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(from).filter(() => chance(share)));
  return {
    fraction: random,
    chance,
    one,
    some,
    config: (table) => Object.fromEntries(Object.entries(some(table, 0.25)).map(([key, values]) => [key, one(values)])),
    fill: (text) => text.replaceAll(/<(\w+)>/g, (whole, kind: string) => one(vocabulary[kind] ?? [whole])),
  };
}
