import type { Flavour } from "@lxdkit/protocol";
import { createRouteMatcher, routesOf } from "../../../testing/src/core/router.ts";
import { routes } from "../../../testing/src/routes.ts";
import { areas } from "./areas/index.ts";
import type { Call, Flaw } from "./call.ts";
import type { Exchange } from "./exchange.ts";
import type { Comparison } from "./side-by-side.ts";

/** What a run of many sequences was made of. */
export interface Report {
  readonly sequences: number;
  readonly calls: number;
  /** Calls that change something, or want to. */
  readonly writes: number;
  /** Calls that the real server refused, or whose operations failed. */
  readonly invalid: number;
  /** Calls of the shortest sequence. */
  readonly shortest: number;
  /** How often each method of each route was called. */
  readonly routes: Readonly<Record<string, number>>;
  /** How many calls were spoilt on purpose, by flaw. */
  readonly flaws: Readonly<Partial<Record<Flaw, number>>>;
}

/** What sequences were made for. */
export interface ReportOptions {
  /** Routes of the other family do not count. */
  readonly flavour: Flavour;
  /** Names of the only areas that they are about: the routes of others do not count. */
  readonly only?: readonly string[] | undefined;
}

/** Counts what sequences on servers of a family were made of. */
export function reportOf(comparisons: readonly Comparison[], { flavour, only }: ReportOptions): Report {
  const known = routesOf(flavour, routes);
  const matchRoute = createRouteMatcher(known);
  const routeOf = ({ method, path }: Pick<Call, "method" | "path">): string =>
    `${method} ${matchRoute(path.split("?")[0] ?? "")?.route.pattern ?? ""}`;
  const all = known.flatMap(({ pattern, methods }) => Object.keys(methods).map((method) => `${method} ${pattern}`));
  const own = new Set(areas.filter(({ name }) => only?.includes(name)).flatMap((area) => area.templates.map(routeOf)));
  const counts: Record<string, number> = Object.fromEntries(
    all.filter((route) => only === undefined || own.has(route)).map((route) => [route, 0]),
  );
  const exchanges = comparisons.flatMap(({ real }) => real.exchanges);
  const flaws: Partial<Record<Flaw, number>> = {};
  for (const { call } of exchanges) {
    const route = routeOf(call);
    if (counts[route] !== undefined) counts[route] += 1;
    if (call.flaw !== undefined) flaws[call.flaw] = (flaws[call.flaw] ?? 0) + 1;
  }
  return {
    sequences: comparisons.length,
    calls: exchanges.length,
    writes: exchanges.filter(({ call }) => call.method !== "GET" && call.method !== "HEAD").length,
    invalid: exchanges.filter(isRefused).length,
    shortest: Math.min(...comparisons.map(({ sequence }) => sequence.calls.length)),
    routes: counts,
    flaws,
  };
}

function isRefused({ reply, end }: Exchange): boolean {
  if (reply.status >= 400) return true;
  const { metadata } = (end?.operation.body ?? {}) as { readonly metadata?: { readonly status_code?: number } | null };
  return metadata?.status_code === 400;
}

/** What a run at full size owes: at least this many calls of each route. */
const perRoute = 20;

/** What a run at full size lacks; empty when it proves what it should. */
export function shortfalls(report: Report): readonly string[] {
  const share = (part: number): number => part / report.calls;
  const rare = Object.entries(report.routes).filter(([, count]) => count < perRoute);
  return [
    ...(share(report.writes) < 0.5 ? [`only ${percent(share(report.writes))} of the calls are writes`] : []),
    ...(share(report.invalid) < 0.2 ? [`only ${percent(share(report.invalid))} of the calls are invalid`] : []),
    ...(report.shortest < 10 ? [`a sequence has only ${String(report.shortest)} calls`] : []),
    ...rare.map(([route, count]) => `${route} was called only ${String(count)} times`),
  ];
}

/** The report in a few lines. */
export function formatReport(report: Report): string {
  const counts = Object.entries(report.routes).toSorted(([, a], [, b]) => a - b);
  const rarest = counts.slice(0, 10).map(([route, count]) => `  ${String(count)} ${route}`);
  const flaws = Object.entries(report.flaws).map(([flaw, count]) => `${flaw} ${String(count)}`);
  return [
    `${String(report.calls)} calls in ${String(report.sequences)} sequences of at least ${String(report.shortest)}`,
    `${percent(report.writes / report.calls)} writes, ${percent(report.invalid / report.calls)} invalid`,
    `${String(counts.length)} methods of routes, each at least ${String(counts[0]?.[1] ?? 0)} times; the rarest:`,
    ...rarest,
    `spoilt on purpose: ${flaws.join(", ")}`,
  ].join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
