import type { Query } from "./connection.ts";

/** The path with its query; values are escaped, undefined ones left out. A query that the path has already stays. */
export function withQuery(path: string, query: Query | undefined): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  if (pairs.length === 0) return path;
  const added = new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, String(value)])).toString();
  return `${path}${path.includes("?") ? "&" : "?"}${added}`;
}
