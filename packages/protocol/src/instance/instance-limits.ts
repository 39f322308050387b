import { parseByteSize } from "../byte-size.ts";

/** How {@link cpuCount} reads its text. */
export interface CpuCountOptions {
  /**
   * Read as Juju does: only the whole number at the start counts, so that the set `2,4` is 2 and `0-3` is 0.
   * Default false.
   */
  readonly parity?: boolean;
}

/**
 * The number of CPUs that `limits.cpu` allows: the number itself, or the size of a pin set (`0-3` is 4, `2,4` is 2,
 * `1-1` is 1). 0 when the text is absent, empty or not a limit.
 */
export function cpuCount(limit: string | undefined, options: CpuCountOptions = {}): number {
  if (limit === undefined) return 0;
  const text = limit.trim();
  if (options.parity === true) return count(/^[0-9]+/.exec(text)?.[0] ?? "");
  return /^[0-9]+$/.test(text) ? count(text) : pinSetSize(text);
}

/** The size of a set such as `0-3,6`; CPUs named twice count once. */
function pinSetSize(text: string): number {
  const ranges: [first: number, last: number][] = [];
  for (const part of text.split(",")) {
    const match = /^([0-9]{1,9})(?:-([0-9]{1,9}))?$/.exec(part.trim());
    if (match === null) return 0;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first) return 0;
    ranges.push([first, last]);
  }
  let size = 0;
  let next = 0;
  for (const [first, last] of ranges.sort((a, b) => a[0] - b[0])) {
    size += Math.max(0, last - Math.max(first, next) + 1);
    next = Math.max(next, last + 1);
  }
  return size;
}

function count(digits: string): number {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : 0;
}

/** Juju counts memory in 32 unsigned bits. */
const maximumMiB = 4_294_967_295;

/**
 * The memory that `limits.memory` allows, in whole MiB, rounded down and at most 4,294,967,295. 0 when the text is
 * absent or no size: a percentage, a fraction, or more than a server can count.
 */
export function memoryMiB(limit: string | undefined): number {
  if (limit === undefined) return 0;
  let bytes: bigint;
  try {
    bytes = parseByteSize(limit);
  } catch {
    return 0;
  }
  return Math.min(Number(bytes >> 20n), maximumMiB);
}
