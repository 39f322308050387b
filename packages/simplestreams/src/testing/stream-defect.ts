/** What is wrong with the answers to a path. */
export type StreamDefect =
  /** It is answered with that status instead; 404 for a file or an index that is missing. */
  | { readonly kind: "status"; readonly status: number }
  /** The first half alone is served, as if that were all: a document is no JSON any more. */
  | { readonly kind: "truncated" }
  /** The first half alone is sent, then the connection breaks. */
  | { readonly kind: "cut" }
  /** As many bytes are served as there should be, but other ones, so that its hash is wrong. */
  | { readonly kind: "altered" }
  /** The answer begins `waitMs` late, and its bytes come at that speed at most. */
  | { readonly kind: "slow"; readonly waitMs?: number; readonly bytesPerSecond?: number };

/** A defect that is in place. */
export interface PlantedDefect {
  /** How many answers it has spoiled. */
  readonly hits: number;
  remove(): void;
}

/** The defects of a host. */
export interface StreamDefects {
  /** Spoils the answers to a path (with its leading slash, or a pattern); without end unless `times` says how many. */
  spoil(path: string | RegExp, defect: StreamDefect, options?: { readonly times?: number }): PlantedDefect;
  /** The defect of the next answer to `path`; to be asked once for each. */
  take(path: string): StreamDefect | undefined;
}

interface Entry {
  readonly path: string | RegExp;
  readonly defect: StreamDefect;
  readonly times: number;
  hits: number;
}

/** Makes {@link StreamDefects} without any. */
export function createStreamDefects(): StreamDefects {
  let entries: readonly Entry[] = [];
  const remove = (entry: Entry): void => void (entries = entries.filter((other) => other !== entry));
  return {
    spoil(path, defect, { times = Number.POSITIVE_INFINITY } = {}) {
      const entry: Entry = { path, defect, times, hits: 0 };
      entries = [...entries, entry];
      return {
        get hits() {
          return entry.hits;
        },
        remove: () => remove(entry),
      };
    },
    take(path) {
      const entry = entries.find((one) =>
        typeof one.path === "string" ? one.path === path : path.search(one.path) !== -1,
      );
      if (entry === undefined) return undefined;
      entry.hits += 1;
      if (entry.hits >= entry.times) remove(entry);
      return entry.defect;
    },
  };
}
