import type { Flavour } from "@lxdkit/protocol";
import { createRandom } from "@lxdkit/testing";
import { createRouteMatcher, routesOf } from "../../../testing/src/core/router.ts";
import { routes } from "../../../testing/src/routes.ts";
import type { Area, Template } from "./area.ts";
import { areas as allAreas } from "./areas/index.ts";
import type { Call, Flaw, Sequence } from "./call.ts";
import { type Choices, createChoices } from "./choices.ts";

/** Calls of a sequence besides those that prepare it. */
const lengths = { shortest: 12, longest: 24 };

/** The share of the calls that are spoilt on purpose. */
const spoiltShare = 0.25;

/** What sequences to make. */
export interface SequenceOptions {
  /** Leaves out what this family never answers. */
  readonly flavour: Flavour;
  readonly seed: number;
  /** How many calls all of them have together, or a few more. */
  readonly count: number;
  /** Names of the only areas that they are about; all by default. */
  readonly only?: readonly string[] | undefined;
}

/** Sequences that depend on nothing but the options. */
export function makeSequences({ flavour, seed, count, only }: SequenceOptions): readonly Sequence[] {
  const choices = createChoices(createRandom(seed));
  const counter = createCounter(flavour);
  const sequences: Sequence[] = [];
  const wanted = only === undefined ? allAreas : allAreas.filter(({ name }) => only.includes(name));
  const answered = wanted.map((area) => ({
    ...area,
    templates: area.templates.filter(({ flavours }) => flavours?.includes(flavour) !== false),
  }));
  for (let made = 0; made < count;) {
    const area = neediest(choices, answered, counter);
    const sequence = makeSequence(choices, area, counter, `${area.name}-${String(sequences.length)}`);
    sequences.push(sequence);
    made += sequence.calls.length;
  }
  return sequences;
}

/** How often each method of each route was called. */
interface Counter {
  of(call: Target): number;
  add(call: Target): void;
}

type Target = Pick<Call, "method" | "path">;

function createCounter(flavour: Flavour): Counter {
  const matchRoute = createRouteMatcher(routesOf(flavour, routes));
  const counts = new Map<string, number>();
  const routeOf = ({ method, path }: Target): string => {
    const plain = path.split("?")[0] ?? "";
    return `${method} ${matchRoute(plain)?.route.pattern ?? plain}`;
  };
  const of = (call: Target): number => counts.get(routeOf(call)) ?? 0;
  return { of, add: (call) => void counts.set(routeOf(call), of(call) + 1) };
}

/** An area by chance; those whose calls were made least are chosen most. */
function neediest(choices: Choices, areas: readonly Area[], counter: Counter): Area {
  const weights = areas.map(
    ({ templates, weight = 1 }) => weight * templates.reduce((sum, template) => sum + rarity(counter, template), 0),
  );
  return weighted(choices, areas, weights);
}

/** From 1 downwards, the more often the route of a template was called. */
function rarity(counter: Counter, template: Template): number {
  return 1 / (1 + counter.of(template) / 10) ** 4;
}

function weighted<T>(choices: Choices, from: readonly T[], weights: readonly number[]): T {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let point = choices.fraction() * all;
  for (const [index, weight] of weights.entries()) {
    point -= weight;
    if (point < 0) return from[index] as T;
  }
  return from.at(-1) as T;
}

function makeSequence(choices: Choices, area: Area, counter: Counter, name: string): Sequence {
  const project = area.isOfProject === true && choices.chance(0.35) ? "pr1" : undefined;
  const calls: Call[] = [];
  const add = (call: Call): void => void calls.push(project === undefined ? call : inProject(choices, call, project));
  if (project !== undefined) calls.push(makeProject(choices, project));
  for (const call of area.prepare(choices)) add(call);
  const length = lengths.shortest + Math.floor(choices.fraction() * (lengths.longest - lengths.shortest));
  for (let index = 0; index < length; index += 1) {
    const weights = area.templates.map((template) => (template.weight ?? 1) * rarity(counter, template));
    const template = weighted(choices, area.templates, weights);
    const call = makeCall(choices, template, calls);
    // With another method than the template's it is another route's.
    counter.add({ method: call.method, path: template.path });
    add(call);
  }
  return { name, calls };
}

function makeProject(choices: Choices, name: string): Call {
  const config = choices.some(
    { "features.images": "false", "features.profiles": "false", "features.storage.volumes": "false" },
    0.3,
  );
  return { method: "POST", path: "/1.0/projects", body: { name, config } };
}

/** Most calls of a sequence are about one project. */
function inProject(choices: Choices, call: Call, project: string): Call {
  if (/[?&]project=/.test(call.path) || choices.chance(0.15)) return call;
  return { ...call, path: withQuery(call.path, `project=${project}`) };
}

function withQuery(path: string, query: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}${query}`;
}

function makeCall(choices: Choices, template: Template, earlier: readonly Call[]): Call {
  const { method, body, extra } = template;
  const path = choices.fill(template.path);
  const isChange = method === "PUT" || method === "PATCH";
  const call: Call = {
    method,
    path,
    ...(body === undefined ? {} : { body: body(choices) }),
    ...(isChange && choices.chance(0.2) ? { ifMatch: "seen" as const } : {}),
    ...extra?.(choices),
  };
  if (template.isSpoilt === false || !choices.chance(spoiltShare)) return call;
  return spoil(choices, template, call, earlier);
}

/** A way to make a call wrong; undefined when the call cannot be wrong in this way. */
type Spoiler = (parts: {
  readonly choices: Choices;
  readonly template: Template;
  readonly call: Call;
  readonly earlier: readonly Call[];
}) => Call | undefined;

const badTexts = ["{", "", "[]", "null", '"text"', '{"name":', "5"];
const otherTypes: readonly unknown[] = [5, "text", true, ["list"], { a: "map" }, null, { a: 5 }];

/** A server makes a name up for an instance that has none, and can never remove a network integration without one. */
const needsName = /\/(?:instances|containers|virtual-machines|network-integrations)(?:\?|$)/;

const spoilers: Readonly<Record<Flaw, Spoiler>> = {
  "unknown object": ({ choices, template, call }) => {
    if (!template.path.includes("<")) return undefined;
    const kinds = [...template.path.matchAll(/<\w+>/g)];
    const wrong = choices.one(kinds);
    const path = template.path.slice(0, wrong.index) + "nope" + template.path.slice(wrong.index + wrong[0].length);
    return { ...call, path: choices.fill(path) };
  },
  "taken name": ({ choices, call, earlier }) => {
    if (call.method !== "POST" || nameOf(call) === undefined) return undefined;
    const taken = earlier.flatMap((other) =>
      other.method === "POST" && pathOf(other) === pathOf(call) ? (nameOf(other) ?? []) : [],
    );
    return taken.length === 0 ? undefined : { ...call, body: { ...(call.body as object), name: choices.one(taken) } };
  },
  "bad JSON": ({ choices, call }) => {
    if (call.body === undefined) return undefined;
    const { body: _, ...rest } = call;
    return { ...rest, text: choices.one(badTexts) };
  },
  "wrong type": ({ choices, call }) => {
    const entries = Object.entries(call.body ?? {});
    if (entries.length === 0) return undefined;
    const [key, value] = choices.one(entries) as [string, unknown];
    const mayBeNull = key !== "name" || !needsName.test(call.path);
    const others = otherTypes.filter((other) => kindOf(other) !== kindOf(value) && (other !== null || mayBeNull));
    return { ...call, body: { ...(call.body as object), [key]: choices.one(others) } };
  },
  "bad config": ({ choices, template, call }) =>
    template.bad && { ...call, body: { ...(call.body as object), ...template.bad(choices) } },
  "missing reference": ({ choices, template, call }) =>
    template.missing && { ...call, body: { ...(call.body as object), ...template.missing(choices) } },
  "wrong If-Match": ({ choices, call }) => {
    if (call.method !== "PUT" && call.method !== "PATCH" && !choices.chance(0.05)) return undefined;
    const { ifMatch: _, ...rest } = call;
    return {
      ...rest,
      headers: { ...call.headers, "If-Match": choices.one(["wrong", '"wrong"', `"${"0".repeat(64)}"`]) },
    };
  },
  "wrong method": ({ choices, call }) => {
    const methods = ["GET", "PUT", "PATCH", "POST", "DELETE", "PROPFIND"].filter((method) => method !== call.method);
    return choices.chance(0.3) ? { ...call, method: choices.one(methods) } : undefined;
  },
  "wrong project": ({ call }) => ({ ...call, path: withQuery(call.path, "project=nope") }),
};

function spoil(choices: Choices, template: Template, call: Call, earlier: readonly Call[]): Call {
  const flaws = Object.keys(spoilers) as Flaw[];
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const flaw = choices.one(flaws);
    const spoilt = spoilers[flaw]({ choices, template, call, earlier });
    if (spoilt !== undefined) return { ...spoilt, flaw };
  }
  return call;
}

function nameOf({ body }: Call): string | undefined {
  const { name } = (body ?? {}) as { readonly name?: unknown };
  return typeof name === "string" ? name : undefined;
}

function pathOf({ path }: Call): string {
  return path.split("?")[0] ?? "";
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "list" : typeof value;
}
