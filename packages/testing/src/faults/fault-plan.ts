/** When a planted fault strikes, counted over the requests or operations that it fits. */
export interface FaultSchedule {
  /** The first one that it strikes, counted from 1 since it was planted; the next one by default. */
  readonly nth?: number;
  /** Strikes each n-th: with 3 the third, the sixth and so on. */
  readonly every?: number;
  /** How often it strikes: once by default, without end when `every` is given. `Infinity` strikes them all. */
  readonly times?: number;
}

/** A fault that is in place. Disposing of it removes it. */
export interface PlantedFault extends Disposable {
  /** How often it has struck. */
  readonly hits: number;
  /** Takes it away; a fault that has struck often enough is gone by itself. */
  remove(): void;
}

/** The planted faults of one kind. */
export interface FaultPlan<F, T> {
  plant(fault: F): PlantedFault;
  /** Counts `subject` with all that fit it, and gives the fault that strikes it: at most one, the oldest first. */
  strike(subject: T): F | undefined;
  isEmpty(): boolean;
  clear(): void;
}

interface Entry<F> {
  readonly fault: F;
  /** How many fitting subjects came since it was planted. */
  seen: number;
  /** How many of them it was to strike, and did not because another one did. */
  owed: number;
  hits: number;
}

/** Makes a {@link FaultPlan} without faults; `fits` says whether a fault is for a subject. */
export function createFaultPlan<F extends FaultSchedule, T>(fits: (fault: F, subject: T) => boolean): FaultPlan<F, T> {
  let planted: readonly Entry<F>[] = [];
  const remove = (entry: Entry<F>): void => void (planted = planted.filter((other) => other !== entry));
  return {
    plant(fault) {
      const entry: Entry<F> = { fault, seen: 0, owed: 0, hits: 0 };
      planted = [...planted, entry];
      return {
        get hits() {
          return entry.hits;
        },
        remove: () => remove(entry),
        [Symbol.dispose]: () => remove(entry),
      };
    },
    strike(subject) {
      let struck: Entry<F> | undefined;
      for (const entry of planted) {
        if (!fits(entry.fault, subject)) continue;
        entry.seen += 1;
        if (isDue(entry)) entry.owed += 1;
        if (struck === undefined && entry.owed > 0) struck = entry;
      }
      if (struck === undefined) return undefined;
      struck.owed -= 1;
      struck.hits += 1;
      if (struck.hits >= timesOf(struck.fault)) remove(struck);
      return struck.fault;
    },
    isEmpty: () => planted.length === 0,
    clear: () => void (planted = []),
  };
}

function isDue({ fault, seen, owed, hits }: Entry<FaultSchedule>): boolean {
  const { every = 1, nth = every } = fault;
  return seen >= nth && (seen - nth) % every === 0 && hits + owed < timesOf(fault);
}

function timesOf({ times, every }: FaultSchedule): number {
  return times ?? (every === undefined ? 1 : Number.POSITIVE_INFINITY);
}
