import assert from "node:assert/strict";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { isFinalStatus, type Operation } from "@lxdkit/protocol";
import type { ContractTarget } from "./contract-case.ts";

/** An answer as it came over the socket. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body; undefined when it is no JSON. */
  readonly body: unknown;
  /** The `metadata` of the envelope. */
  readonly metadata: unknown;
  /** The `error` of the envelope; empty when there is none. */
  readonly error: string;
}

/** What a request carries besides its path. */
export interface SendOptions {
  /** Sent as it is when it is text, as JSON otherwise. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends one request on a connection of its own. */
export async function send(
  target: ContractTarget,
  method: string,
  path: string,
  options: SendOptions = {},
): Promise<Answer> {
  const { body } = options;
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...options.headers };
    const outgoing = request({ socketPath: target.socketPath, method, path, headers, agent: false }, resolve);
    outgoing.on("error", reject);
    outgoing.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body));
  });
  return toAnswer(message, await text(message));
}

/** What came back, with the parts of its envelope. */
export function toAnswer(message: IncomingMessage, answer: string): Answer {
  const parsed = parse(answer);
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    text: answer,
    body: parsed,
    metadata: parsed?.["metadata"],
    error: typeof parsed?.["error"] === "string" ? parsed["error"] : "",
  };
}

/** Sends a GET. */
export function get(target: ContractTarget, path: string): Promise<Answer> {
  return send(target, "GET", path);
}

function parse(answer: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(answer) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Waits for the end of the operation that `answer` started, and reads it. */
export async function operationEnd(target: ContractTarget, answer: Answer): Promise<Operation> {
  assert.equal(answer.status, 202, answer.text);
  // Clusters name the project too.
  const path = answer.headers.location?.split("?")[0] ?? "";
  await get(target, `${path}/wait?timeout=30`);
  const operation = (await get(target, path)).metadata as Operation;
  assert.ok(isFinalStatus(operation.status_code), JSON.stringify(operation));
  return operation;
}

/** Waits for the operation and asserts that it succeeded. */
export async function succeeds(target: ContractTarget, answer: Answer): Promise<Operation> {
  const operation = await operationEnd(target, answer);
  assert.equal(operation.status, "Success", operation.err);
  assert.equal(operation.status_code, 200);
  assert.equal(operation.err, "");
  return operation;
}

/** Waits for the operation and asserts that it failed with a text that is, or matches, `err`. */
export async function fails(target: ContractTarget, answer: Answer, err: string | RegExp): Promise<Operation> {
  const operation = await operationEnd(target, answer);
  assert.equal(operation.status, "Failure");
  assert.equal(operation.status_code, 400);
  if (typeof err === "string") assert.equal(operation.err, err);
  else assert.match(operation.err, err);
  return operation;
}

/** Asserts an error envelope with all its keys, and the header that goes with it. */
export function assertRefused(answer: Answer, status: number, error?: string | RegExp): void {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers["content-type"], "application/json");
  assert.equal(answer.headers["x-content-type-options"], "nosniff");
  const { error: told, ...envelope } = answer.body as Record<string, unknown>;
  assert.deepEqual(envelope, {
    type: "error",
    status: "",
    status_code: 0,
    operation: "",
    error_code: status,
    metadata: null,
  });
  assert.equal(typeof told, "string");
  if (typeof error === "string") assert.equal(told, error);
  else if (error !== undefined) assert.match(String(told), error);
}

/** Asserts a plain answer with all keys of its envelope. */
export function assertSync(answer: Answer): void {
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers["content-type"], "application/json");
  const { metadata, ...envelope } = answer.body as Record<string, unknown>;
  assert.notEqual(metadata, undefined);
  assert.deepEqual(envelope, {
    type: "sync",
    status: "Success",
    status_code: 200,
    operation: "",
    error_code: 0,
    error: "",
  });
}

/** Reads until `accept` gives something, for at most thirty seconds: real servers on a busy machine take their time. */
export async function eventually<T>(what: string, read: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await read();
    if (found !== undefined) return found;
    assert.ok(Date.now() < deadline, `not within 30 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
