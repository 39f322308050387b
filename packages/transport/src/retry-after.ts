import type { ResponseHeaders } from "./connection.ts";

/** The `Retry-After` header in milliseconds, given there as seconds or as a date; undefined without a sensible one. */
export function retryAfterMs(headers: ResponseHeaders, now: () => number = Date.now): number | undefined {
  const value = headers["retry-after"];
  if (typeof value !== "string") return undefined;
  // Date.parse alone finds a date in almost anything.
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : value.endsWith(" GMT") ? Date.parse(value) - now() : NaN;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
