import { LxdkitError } from "./lxdkit-error.ts";

/** Factors by suffix, as the servers read them: case matters, and there is a blank before `bytes`. */
const factors: ReadonlyMap<string, bigint> = new Map([
  ["", 1n],
  ["B", 1n],
  [" bytes", 1n],
  ["kB", 10n ** 3n],
  ["MB", 10n ** 6n],
  ["GB", 10n ** 9n],
  ["TB", 10n ** 12n],
  ["PB", 10n ** 15n],
  ["EB", 10n ** 18n],
  ["KiB", 1n << 10n],
  ["MiB", 1n << 20n],
  ["GiB", 1n << 30n],
  ["TiB", 1n << 40n],
  ["PiB", 1n << 50n],
  ["EiB", 1n << 60n],
]);

/** The suffixes to write with, the preferred one first: binary before decimal, large before small. */
const writtenSuffixes = ["EiB", "PiB", "TiB", "GiB", "MiB", "KiB", "EB", "PB", "TB", "GB", "MB", "kB"] as const;

/** Servers count bytes in 64 signed bits. */
const maximum = (1n << 63n) - 1n;

/**
 * Reads a size such as `2GiB`, `512MB`, `100 bytes` or `1048576`, as the servers do: whole amounts only, suffixes
 * with exactly this case. The result is in bytes.
 *
 * @throws {LxdkitError} `BAD_BYTE_SIZE` for any other text, `BYTE_SIZE_OVERFLOW` above 2^63 - 1 bytes.
 */
export function parseByteSize(text: string): bigint {
  const match = /^([0-9]+)( bytes|[A-Za-z]*)$/.exec(text);
  const factor = factors.get(match?.[2] ?? "?");
  if (match?.[1] === undefined || factor === undefined) {
    throw new LxdkitError(`${JSON.stringify(text)} is not a size in bytes`, {
      code: "BAD_BYTE_SIZE",
      hint: "Write a whole number and one of B, kB, MB, GB, TB, PB, EB, KiB, MiB, GiB, TiB, PiB, EiB.",
    });
  }
  // No amount with more digits fits, and reading millions of digits would take long.
  const digits = match[1].replace(/^0+(?=.)/, "");
  const bytes = digits.length > 19 ? maximum + 1n : BigInt(digits) * factor;
  if (bytes <= maximum) return bytes;
  throw new LxdkitError(`${digits.slice(0, 19)}${digits.length > 19 ? "..." : ""}${match[2] ?? ""} is too large`, {
    code: "BYTE_SIZE_OVERFLOW",
    hint: `Servers count up to ${maximum} bytes, just below 8EiB.`,
  });
}

/**
 * Writes a size without losing a byte, with the largest suffix that divides it: `1073741824` is `1GiB`, `1000` is
 * `1kB`, `1001` is `1001B`. {@link parseByteSize} reads it back.
 *
 * @throws {LxdkitError} `BAD_BYTE_SIZE` when `bytes` is negative or no whole number, `BYTE_SIZE_OVERFLOW` above 2^63 - 1.
 */
export function formatByteSize(bytes: bigint | number): string {
  const exact = parseByteSize(typeof bytes === "number" ? wholeNumber(bytes) : bytes.toString());
  if (exact === 0n) return "0B";
  for (const suffix of writtenSuffixes) {
    const factor = factors.get(suffix) ?? 1n;
    if (exact % factor === 0n) return `${exact / factor}${suffix}`;
  }
  return `${exact}B`;
}

/** The digits of a number; what is not a whole number is left as it prints, for the reader to refuse. */
function wholeNumber(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}
