import type { Sequence } from "./call.ts";
import type { Exchange, HeardEvent, Trace } from "./exchange.ts";
import { begun, hasEnded, inOrder } from "./event-order.ts";
import { explained } from "./explained.ts";
import { createNormaliser, type Normaliser } from "./normalise.ts";

/** A place at which the fake is not like the real server. */
export interface Divergence {
  readonly sequence: string;
  /** Number of the call, the first is 0; undefined for what is wrong after all calls. */
  readonly index: number | undefined;
  /** Method and path of the call, `events`, or `after` with a path. */
  readonly where: string;
  /** Where in the answer, for example `reply.body.metadata.used_by[0]`. */
  readonly at: string;
  readonly real: unknown;
  readonly fake: unknown;
}

/** A server of which a trace came, as far as it is needed to read it. */
export interface Origin {
  readonly directory: string;
}

/** All places at which the trace of the fake is not like that of the real server. */
export function compareTraces(sequence: Sequence, real: Trace & Origin, fake: Trace & Origin): readonly Divergence[] {
  const given = JSON.stringify(sequence.calls);
  const [expected, actual] = [real, fake].map((trace) => simplified(trace, given));
  if (expected === undefined || actual === undefined) return [];
  const found: Divergence[] = [];
  const add = (index: number | undefined, where: string, a: unknown, b: unknown): void => {
    for (const { at, real: told, fake: answered } of differences("", a, b)) {
      if (explained.some((rule) => rule.where.test(where) && rule.at.test(at))) continue;
      found.push({ sequence: sequence.name, index, where, at, real: told, fake: answered });
    }
  };
  for (const [index, { method, path }] of sequence.calls.entries()) {
    add(index, `${method} ${path}`, expected.exchanges[index], actual.exchanges[index]);
  }
  for (const [a, b] of aligned(expected.events, actual.events)) {
    add(undefined, `events ${keyOf(a ?? b)}`, a, b);
  }
  for (const [index, { call }] of real.after.entries()) {
    add(undefined, `after ${call.path}`, expected.after[index], actual.after[index]);
  }
  return found;
}

interface Simplified {
  readonly exchanges: readonly unknown[];
  readonly events: readonly unknown[];
  readonly after: readonly unknown[];
}

function simplified(trace: Trace & Origin, given: string): Simplified {
  const normalise = createNormaliser({ directory: trace.directory, given });
  const etags = new Map<string, Map<string, string>>();
  const own = new Set<string>();
  const simple = ({ call, reply, end }: Exchange): unknown => {
    const { etag, ...headers } = reply.headers;
    const known = etags.get(call.path) ?? new Map<string, string>();
    etags.set(call.path, known);
    if (etag !== undefined && !known.has(etag)) known.set(etag, `etag ${String(known.size + 1)}`);
    const named = etag === undefined ? {} : { etag: known.get(etag) };
    const operation = operationIn(reply.body);
    if (operation !== undefined) own.add(operation);
    const body = isOperationList(call) ? onlyOf(own, reply.body) : inOneOrder(call, reply.body, normalise);
    const whole = { ...reply, body: reply.status === 202 ? asBegun(body) : body, headers: { ...headers, ...named } };
    return normalise({ reply: whole, ...(end === undefined ? {} : { end }) });
  };
  return {
    exchanges: trace.exchanges.map(simple),
    events: inOrder(trace.events.filter(isOwn)).map((event) => normalise(withoutTime(event))),
    after: trace.after.map(simple),
  };
}

/** Lists that servers make of maps of Go, which are walked through in any order. */
const unordered =
  /^\/1\.0\/(?:warnings|networks\/[^/]+\/forwards|network-zones|network-acls|projects(?:\/[^/]+(?:\/access)?)?|images|instances\/[^/]+\/(?:access|files|logs(?:\/exec-output)?))(?:[?&]|$)/;

function inOneOrder({ method, path }: Exchange["call"], body: unknown, normalise: Normaliser): unknown {
  if (method !== "GET" || !isMap(body)) return body;
  if (/^\/1\.0\/networks(?:\/[^/]+)?(?:\?|$)/.test(path))
    return { ...body, metadata: withSortedUsers(body["metadata"]) };
  if (!unordered.test(path)) return body;
  return { ...body, metadata: sorted(JSON.parse(unnumbered(normalise(body["metadata"])))) };
}

/** Servers look through all projects at once for instances on a network. */
function withSortedUsers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedUsers);
  if (!isMap(value) || !Array.isArray(value["used_by"])) return value;
  return { ...value, used_by: sorted(value["used_by"]) };
}

/** What is in any order cannot be counted. */
function unnumbered(value: unknown): string {
  return JSON.stringify(value ?? null).replaceAll(/<(uuid|hash) \d+>/g, "<$1>");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const keyed = value.map((element: unknown) => ({ element: sorted(element), key: JSON.stringify(element) }));
    return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ element }) => element);
  }
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sorted(inner)]));
}

function operationIn(body: unknown): string | undefined {
  const { operation } = (isMap(body) ? body : {}) as { readonly operation?: string };
  return operation === "" ? undefined : operation;
}

/** The answer that begins an operation, as if that had not ended yet. */
function asBegun(body: unknown): unknown {
  const metadata = isMap(body) ? body["metadata"] : undefined;
  return isMap(body) && isMap(metadata) && hasEnded(metadata) ? { ...body, metadata: begun(metadata) } : body;
}

function isOperationList({ method, path }: Exchange["call"]): boolean {
  return method === "GET" && /^\/1\.0\/operations(?:\?|$)/.test(path);
}

/**
 * A list of operations without those of earlier sequences, which servers remember for five seconds, and in order of
 * their beginning; servers list them in any order.
 */
function onlyOf(own: ReadonlySet<string>, body: unknown): unknown {
  if (!isMap(body) || !isMap(body["metadata"])) return body;
  const order = [...own];
  const urlOf = (entry: unknown): string =>
    isMap(entry) ? `/1.0/operations/${String(entry["id"])}` : String(entry).replace(/\?.*/, "");
  const lists = Object.entries(body["metadata"]).flatMap(([status, entries]) => {
    const shown = (entries as readonly unknown[]).filter((entry) => own.has(urlOf(entry)));
    shown.sort((a, b) => order.indexOf(urlOf(a)) - order.indexOf(urlOf(b)));
    return shown.length === 0 ? [] : [[status, shown]];
  });
  return { ...body, metadata: Object.fromEntries(lists) as unknown };
}

/** Pairs the events of both sides; one that the other side does not have has no partner. */
function aligned(
  real: readonly unknown[],
  fake: readonly unknown[],
): readonly (readonly [real: unknown, fake: unknown])[] {
  const [a, b] = [real.map(keyOf), fake.map(keyOf)];
  // Lengths of the longest common subsequences of what is left behind each pair of positions.
  const common = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = common[i] ?? [];
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: (readonly [unknown, unknown])[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) pairs.push([real[i++], fake[j++]]);
    else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) pairs.push([real[i++], undefined]);
    else pairs.push([undefined, fake[j++]]);
  }
  return pairs;
}

/** What an event is about. Ids have no place in it: they are numbered within one event. */
function keyOf(event: unknown): string {
  const { type, metadata } = event as { readonly type: string; readonly metadata: Readonly<Record<string, string>> };
  if (type === "lifecycle") return `${metadata["action"]} ${metadata["source"]}`;
  return `${metadata["description"]} ${metadata["status"]}`;
}

/** Servers do some things by themselves every now and then. */
const chores = new Set([
  "Cleaning up expired images",
  "Updating images",
  "Updating instance types",
  "Pruning expired images",
  "Expiring log files",
]);

function isOwn({ type, metadata }: HeardEvent): boolean {
  return type !== "operation" || !chores.has(String((metadata as { readonly description?: unknown }).description));
}

function withoutTime(event: HeardEvent): object {
  const { timestamp: _, ...rest } = event;
  return rest;
}

interface Difference {
  readonly at: string;
  readonly real: unknown;
  readonly fake: unknown;
}

function differences(at: string, real: unknown, fake: unknown): readonly Difference[] {
  if (Object.is(real, fake)) return [];
  if (Array.isArray(real) && Array.isArray(fake) && real.length === fake.length) {
    return real.flatMap((element, index) => differences(`${at}[${String(index)}]`, element, fake[index]));
  }
  if (isMap(real) && isMap(fake)) {
    const keys = new Set([...Object.keys(real), ...Object.keys(fake)]);
    return [...keys].flatMap((key) => differences(at === "" ? key : `${at}.${key}`, real[key], fake[key]));
  }
  return [{ at, real, fake }];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
