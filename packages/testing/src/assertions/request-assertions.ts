import assert from "node:assert/strict";
import type { LoggedRequest } from "../core/request-log.ts";

/**
 * Asserts that exactly these requests came, in this order.
 *
 * Each is a line such as `GET /1.0`; it may go on with the query as it is decoded (`GET /1.0/instances?recursion=1`)
 * and with the status of the answer (`PUT /1.0/profiles/p1 412`), and what it leaves out is not compared. An answer
 * that never came has the status `none`.
 *
 * @throws {AssertionError} With both lists when they differ.
 */
export function assertRequests(requests: readonly LoggedRequest[], expected: readonly string[]): void {
  const seen = requests.map((request, index) => lineOf(request, expected[index] ?? ""));
  assert.deepEqual(seen, [...expected]);
}

function lineOf({ method, path, query, status }: LoggedRequest, like: string): string {
  const pairs = Object.entries(query).map(([key, value]) => `${key}=${value}`);
  const hasQuery = like.includes("?");
  const hasStatus = /^\S+ .+ (?:\d{3}|none)$/.test(like);
  const target = hasQuery && pairs.length > 0 ? `${path}?${pairs.join("&")}` : path;
  return `${method} ${target}${hasStatus ? ` ${String(status ?? "none")}` : ""}`;
}

/**
 * Asserts that every `PUT` and `PATCH` sent in `If-Match` the ETag of the last answer to a `GET` of the same path, as
 * a careful change does. Writes of what has no ETag are left out.
 *
 * @throws {AssertionError} Naming the first write that did not.
 */
export function assertIfMatch(requests: readonly LoggedRequest[]): void {
  const etags = new Map<string, string>();
  for (const { method, path, query, headers, etag } of requests) {
    const key = `${path} ${query["project"] ?? ""} ${query["target"] ?? ""}`;
    if (method === "GET" && etag !== undefined) etags.set(key, etag);
    const read = etags.get(key);
    if (read === undefined || (method !== "PUT" && method !== "PATCH")) continue;
    const sent = headers["if-match"]?.replaceAll('"', "");
    const what = sent === undefined ? "no If-Match" : "another ETag than it read";
    assert.equal(sent, read, `${method} ${path} sent ${what}`);
  }
}
