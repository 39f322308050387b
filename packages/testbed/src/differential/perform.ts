import { listenToEvents, type RawEvents } from "../../../testing/src/contract/raw-events.ts";
import type { Call, Sequence } from "./call.ts";
import type { Exchange, HeardEvent, Reply, Trace } from "./exchange.ts";
import type { Side } from "./side.ts";
import { statePaths } from "./state-paths.ts";

/** What earlier answers told. */
interface Memory {
  readonly words: Map<string, string>;
  /** ETags by path. */
  readonly etags: Map<string, string>;
  /** The last archive of a backup. */
  archive: Buffer;
}

/** Performs a sequence, waits for the operations that it begins, and reads everything at the end. */
export async function perform(side: Side, sequence: Sequence): Promise<Trace> {
  const target = { flavour: side.flavour, socketPath: side.socketPath } as Parameters<typeof listenToEvents>[0];
  const listener = await listenToEvents(target, "?all-projects=true&type=operation,lifecycle");
  try {
    const memory: Memory = { words: initialWords(side), etags: new Map(), archive: Buffer.alloc(0) };
    const exchanges: Exchange[] = [];
    for (const call of sequence.calls) exchanges.push(await performCall(side, memory, listener, call));
    const events = await eventsSoFar(side, listener);
    const after: Exchange[] = [];
    for (const path of statePaths(side.flavour)) {
      after.push({ call: { method: "GET", path }, reply: await side.send("GET", path) });
    }
    return { sequence: sequence.name, exchanges, events, after };
  } finally {
    listener.close();
  }
}

function initialWords(side: Side): Memory["words"] {
  return new Map([
    ...Object.entries(side.words),
    ["operation", "00000000-0000-4000-8000-000000000000"],
    ["fingerprint", "0".repeat(64)],
    ["secret", "nothing"],
    ["output", "exec_00000000-0000-4000-8000-000000000000.stdout"],
  ]);
}

function filled(words: Memory["words"], text: string): string {
  return text.replaceAll(/\{([A-Za-z]+)\}/g, (whole, word: string) => words.get(word) ?? whole);
}

async function performCall(side: Side, memory: Memory, listener: RawEvents, call: Call): Promise<Exchange> {
  const { words, etags } = memory;
  const path = filled(words, call.path);
  const headers = Object.fromEntries(
    Object.entries(call.headers ?? {}).map(([name, value]) => [filled(words, name), filled(words, value)]),
  );
  if (call.ifMatch === "seen") headers["If-Match"] = etags.get(path) ?? "none";
  const { timeoutMs } = call;
  const body = call.sends === "archive" ? memory.archive : bodyOf(words, call);
  const onArchive = (bytes: Buffer): void => void (memory.archive = bytes);
  const reply = await side.send(call.method, path, { body, headers, timeoutMs, onArchive });
  const etag = reply.headers["etag"];
  if (etag !== undefined) etags.set(path, etag);
  if (reply.status !== 202) return { call, reply };
  const location = reply.headers["location"] ?? "";
  words.set("operation", location.split("/").at(-1) ?? "");
  if ((metadataOf(reply)["class"] ?? "task") !== "task") {
    remember(words, metadataOf(reply));
    return { call, reply };
  }
  const wait = await side.send("GET", `${location}/wait?timeout=60`);
  const operation = await side.send("GET", location);
  remember(words, metadataOf(operation));
  await heardEnd(listener, words.get("operation") ?? "");
  return { call, reply, end: { wait, operation } };
}

/**
 * Servers wake those who wait for an operation before they tell of its end: without a pause that would come now before
 * and now behind what the next call does. That it is never told of is found by the comparison.
 */
async function heardEnd(listener: RawEvents, operation: string): Promise<void> {
  const isEnd = ({ type, metadata }: Pick<HeardEvent, "type" | "metadata">): boolean => {
    const { id, status_code: code } = metadata as { readonly id?: string; readonly status_code?: number };
    return type === "operation" && id === operation && code !== undefined && code >= 200;
  };
  await listener.find("the end of an operation", (event) => isEnd(event as HeardEvent), 1000).catch(() => undefined);
}

function bodyOf(words: Memory["words"], { body, text, base64 }: Call): string | Buffer | undefined {
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  if (text !== undefined) return text;
  return body === undefined ? undefined : filled(words, JSON.stringify(body));
}

function metadataOf({ body }: Reply): Readonly<Record<string, unknown>> {
  const { metadata } = (typeof body === "object" && body !== null ? body : {}) as { readonly metadata?: unknown };
  return (typeof metadata === "object" && metadata !== null ? metadata : {}) as Readonly<Record<string, unknown>>;
}

/** Keeps what later calls may refer to. */
function remember(words: Memory["words"], operation: Readonly<Record<string, unknown>>): void {
  const metadata = (operation["metadata"] ?? {}) as {
    readonly fingerprint?: unknown;
    readonly secret?: unknown;
    readonly output?: Readonly<Record<string, string>>;
  };
  if (typeof metadata.fingerprint === "string") words.set("fingerprint", metadata.fingerprint);
  if (typeof metadata.secret === "string") words.set("secret", metadata.secret);
  const output = metadata.output?.["1"];
  if (output !== undefined) words.set("output", output.split("/").at(-1) ?? "");
}

const endMark = "zz-end-of-sequence";

/** The events of the sequence; what servers send late has come when two events of this call's own have. */
async function eventsSoFar(side: Side, listener: RawEvents): Promise<readonly HeardEvent[]> {
  const mark = (action: string): ((event: HeardEvent) => boolean) => {
    return ({ metadata }) => {
      const { action: told, source } = metadata as { readonly action?: string; readonly source?: string };
      return told === action && source?.includes(endMark) === true;
    };
  };
  const find = (action: string): Promise<unknown> =>
    listener.find(action, (event) => mark(action)(event as HeardEvent));
  const made = await side.send("POST", "/1.0/profiles", { body: JSON.stringify({ name: endMark }) });
  if (made.status !== 201) throw new Error(`the end cannot be marked: ${JSON.stringify(made.body)}`);
  await find("profile-created");
  await side.send("DELETE", `/1.0/profiles/${endMark}`);
  await find("profile-deleted");
  const heard = listener.all as readonly HeardEvent[];
  const own = heard.filter(({ metadata }) => !JSON.stringify(metadata).includes(endMark));
  return own.toSorted((a, b) => compareTimes(a.timestamp, b.timestamp));
}

/** Servers hand events on in any order, but note the time of each; its fraction has as many digits as it needs. */
function compareTimes(a: string, b: string): number {
  const [key, other] = [sortKey(a), sortKey(b)];
  return key < other ? -1 : key > other ? 1 : 0;
}

function sortKey(time: string): string {
  const [, seconds = "", fraction = ""] = /^([^.Z+]*)(?:\.(\d+))?/.exec(time) ?? [];
  return `${seconds}.${fraction.padEnd(9, "0")}`;
}
