/** A source of numbers from 0 up to but not including 1, as `Math.random`. */
export type Random = () => number;

/** A {@link Random} that gives the same numbers for the same seed (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `length` random hexadecimal digits, lower case. */
export function randomHex(random: Random, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join("");
}

/** `length` random decimal digits. */
export function randomDigits(random: Random, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 10).toString()).join("");
}

/** A random UUID of version 4. */
export function randomUuid(random: Random): string {
  const variant = "89ab"[Math.floor(random() * 4)] ?? "8";
  const part = (length: number): string => randomHex(random, length);
  return `${part(8)}-${part(4)}-4${part(3)}-${variant}${part(3)}-${part(12)}`;
}

/** A random MAC address that starts with `prefix` (three bytes, `aa:bb:cc`). */
export function randomMac(random: Random, prefix: string): string {
  return `${prefix}:${randomHex(random, 2)}:${randomHex(random, 2)}:${randomHex(random, 2)}`;
}

const first = ["brave", "calm", "eager", "fair", "keen", "lucky", "mild", "proud", "quick", "wise"];
const second = ["badger", "crane", "dove", "finch", "heron", "lynx", "otter", "seal", "tern", "wren"];

/** A name of two words, as servers give to an instance that has none. */
export function randomName(random: Random): string {
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? "";
  return `${pick(first)}-${pick(second)}`;
}
