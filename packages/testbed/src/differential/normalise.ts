/** What a server has made up by itself, and how it is masked. */
export interface Masks {
  /** The server's own directory. */
  readonly directory: string;
  /** The calls' own text: what stands in there was not made up. */
  readonly given: string;
}

/** A function that masks ids, times, addresses, MACs and paths wherever they stand in a value. */
export type Normaliser = (value: unknown) => unknown;

const patterns = {
  uuid: /(?<![0-9A-Za-z]|(?<!-move-of)-)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
  hash: /\b[0-9a-f]{64}\b/g,
  speed: /(?<=\()[\d.]+[kMGT]?B\/s(?=\))/g,
  interface: /\b(?:veth|mac|tap)[0-9a-f]{8}\b/g,
  bridge: /\b8000\.[0-9a-f]{12}\b/g,
  mac: /\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/g,
  time: /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))*/g,
  httpTime: /\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\b/g,
  address4: /\b\d{1,3}(?:\.\d{1,3}){3}(?:\/\d+)?(?::\d+)?\b/g,
  address6: /(?<![\w:.])(?=[0-9a-f:]*:[0-9a-f:]*:)[0-9a-f:]{3,39}(?:\/\d+)?(?![\w:])/g,
};

/** Times that mean never, which both families show on purpose. */
const never = /^(?:0001-01-01|1970-01-01)/;

/** Makes a {@link Normaliser}. The same id becomes the same number within a value, and so still shows what is the same. */
export function createNormaliser(masks: Masks): Normaliser {
  return (value) => normaliseOne(masks, value);
}

/** The metadata of images count seconds. */
function isSeconds(key: string, value: unknown, given: string): boolean {
  return key === "creation_date" && typeof value === "number" && value !== 0 && !given.includes(String(value));
}

function normaliseOne({ directory, given }: Masks, whole: unknown): unknown {
  const numbers = new Map<string, string>();
  const counts = new Map<string, number>();
  const numbered = (kind: string, text: string): string => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const name = `<${kind} ${String(count)}>`;
    numbers.set(text, name);
    return name;
  };
  const unlessGiven = (mask: (text: string) => string): ((text: string) => string) => {
    return (text) => (given.includes(text) ? text : mask(text));
  };
  const mask = (text: string): string =>
    text
      .replaceAll(directory, "<path>")
      .replaceAll(patterns.time, (time) => (never.test(time) ? time : "<time>"))
      .replaceAll(patterns.httpTime, "<time>")
      .replaceAll(
        patterns.uuid,
        unlessGiven((uuid) => numbered("uuid", uuid)),
      )
      .replaceAll(
        patterns.hash,
        unlessGiven((hash) => numbered("hash", hash)),
      )
      .replaceAll(patterns.speed, "<speed>")
      // Made of the id of an instance.
      .replaceAll(/\bmove-of-\d+(?![\w-])/g, "move-of-<number>")
      .replaceAll(patterns.bridge, "8000.<mac>")
      // Go walks through maps in any order, and the first one it comes to is named.
      .replaceAll(/(?<=Project feature ").*(?= on non-empty projects)/g, "<feature>")
      .replaceAll(/(?<=Device validation failed for ").*(?=": More than one disk device uses)/g, "<device>")
      .replaceAll(patterns.interface, "<interface>")
      .replaceAll(
        patterns.mac,
        unlessGiven(() => "<mac>"),
      )
      .replaceAll(
        patterns.address4,
        unlessGiven(() => "<address>"),
      )
      .replaceAll(
        patterns.address6,
        unlessGiven(() => "<address>"),
      );
  const walk: Normaliser = (value) => {
    if (typeof value === "string") return mask(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value)
      .map(([key, inner]): [string, unknown] => [key, isSeconds(key, inner, given) ? "<time>" : inner])
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, inner]) => [mask(key), walk(inner)]));
  };
  return walk(whole);
}
