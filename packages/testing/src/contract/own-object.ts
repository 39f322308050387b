import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { Flavour, LifecycleEvent } from "@lxdkit/protocol";
import type { ContractTarget } from "./contract-case.ts";
import { type Answer, assertRefused, assertSync, get, send } from "./raw-http.ts";
import { listenToEvents } from "./raw-events.ts";

/** A JSON object that a server sent. */
export type Fields = Readonly<Record<string, unknown>>;

/** A short name that no other case uses; short enough for a network interface. */
export function shortName(): string {
  return `ct${randomBytes(5).toString("hex")}`;
}

/** The value of the target's family. */
export function of<T>({ flavour }: ContractTarget, values: Readonly<Record<Flavour, T>>): T {
  return values[flavour];
}

/** Asserts the answer to the making or renaming of an object: 201 with its URL and nothing else. */
export function assertCreated(answer: Answer, location: string): void {
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.headers.location, location);
  assert.equal(answer.metadata, null);
}

/** Asserts the answer to a change or removal: 200 with an empty object. */
export function assertDone(answer: Answer): void {
  assertSync(answer);
  assert.deepEqual(answer.metadata, {});
}

/** Makes an object by a `POST` of `body` to `path`, runs `use` with the URL of the object, and removes it afterwards. */
export async function withObject(
  target: ContractTarget,
  path: string,
  body: Fields & { readonly name: string },
  use: (url: string) => Promise<void>,
): Promise<void> {
  const [list = "", query] = path.split("?");
  const suffix = query === undefined ? "" : `?${query}`;
  const url = `${list}/${encodeURIComponent(body.name)}${suffix}`;
  assertCreated(await send(target, "POST", path, { body }), url);
  try {
    await use(url);
  } finally {
    await send(target, "DELETE", url);
  }
}

/** Reads an object; its ETag has the quotes that `If-Match` takes. */
export async function read(
  target: ContractTarget,
  url: string,
): Promise<{ readonly object: Fields; readonly etag: string }> {
  const answer = await get(target, url);
  assertSync(answer);
  return { object: answer.metadata as Fields, etag: answer.headers.etag ?? "" };
}

/** A request that has to be refused: method, path, body, status and text. */
export type Refused = readonly [
  method: string,
  path: string,
  body: unknown,
  status: number | Readonly<Record<Flavour, number>>,
  error: string | RegExp | Readonly<Record<Flavour, string>>,
];

/** Asserts that each request is refused, one after the other. */
export async function assertAllRefused(target: ContractTarget, requests: readonly Refused[]): Promise<void> {
  for (const [method, path, body, status, error] of requests) {
    const text = typeof error === "string" || error instanceof RegExp ? error : of(target, error);
    const answer = await send(target, method, path, body === undefined ? {} : { body });
    assertRefused(answer, typeof status === "number" ? status : of(target, status), text);
  }
}

/** Asserts that `PUT` and `PATCH` refuse a stale `If-Match`, and take the ETag of now. */
export async function assertHeedsIfMatch(target: ContractTarget, url: string, body: Fields): Promise<void> {
  for (const method of ["PUT", "PATCH"]) {
    const { etag } = await read(target, url);
    assertRefused(await send(target, method, url, { body, headers: { "If-Match": '"stale"' } }), 412, / vs stale$/);
    assertDone(await send(target, method, url, { body, headers: { "If-Match": etag } }));
  }
}

/** What a lifecycle event says of an object. */
export interface Told {
  readonly action: string;
  readonly source: string;
  readonly project?: string;
  readonly context?: Fields;
}

/** Runs `work` and asserts that the server tells each of the events, with the caller on the socket as requestor. */
export async function assertTells(
  target: ContractTarget,
  told: readonly Told[],
  work: () => Promise<void>,
): Promise<void> {
  const events = await listenToEvents(target, "?type=lifecycle&all-projects=true");
  try {
    await work();
    for (const { action, source, project = "default", context } of told) {
      const event = await events.find(`${action} ${source}`, ({ metadata }) => {
        const seen = metadata as LifecycleEvent;
        return seen.action === action && seen.source === source;
      });
      const requestor = { username: "root", protocol: "unix", address: "@" };
      assert.deepEqual(event.metadata, { action, source, requestor, ...(context === undefined ? {} : { context }) });
      assert.equal(event.project, project);
    }
  } finally {
    events.close();
  }
}
