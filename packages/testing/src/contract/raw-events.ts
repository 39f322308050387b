import assert from "node:assert/strict";
import type { ServerEvent } from "@lxdkit/protocol";
import { WebSocket } from "ws";
import type { ContractTarget } from "./contract-case.ts";

/** A listener on `GET /1.0/events`. */
export interface RawEvents {
  /** What has come so far. */
  readonly all: readonly ServerEvent[];
  /** Payload of the first ping. */
  readonly firstPing: Promise<string>;
  /** How many pings have come. */
  readonly pings: number;
  /** Close code of the connection, once it is closed. */
  readonly closed: Promise<number>;
  /** The first event, past or to come, that fits; fails after `timeoutMs`, by default ten seconds. */
  find(what: string, fits: (event: ServerEvent) => boolean, timeoutMs?: number): Promise<ServerEvent>;
  close(): void;
}

/** Opens a listener; `query` starts with a question mark or is empty. */
export async function listenToEvents(target: ContractTarget, query: string): Promise<RawEvents> {
  const socket = new WebSocket(`ws+unix:${target.socketPath}:/1.0/events${query}`);
  const all: ServerEvent[] = [];
  const waiting = new Set<() => void>();
  // The first frames can come with the answer to the upgrade, so every listener is there before it.
  socket.on("message", (data: Buffer) => {
    all.push(JSON.parse(data.toString()) as ServerEvent);
    for (const check of waiting) check();
  });
  let pings = 0;
  socket.on("ping", () => (pings += 1));
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  const firstPing = new Promise<string>((resolve) => socket.once("ping", (data) => resolve(data.toString())));
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  socket.on("error", () => socket.terminate());
  // LXD 5.0.2 takes note of a listener a little after its answer to the upgrade, and misses events until then
  // (3 of 100 under load); the first ping comes only after that (0 of 300).
  await firstPing;
  return {
    all,
    firstPing,
    get pings() {
      return pings;
    },
    closed,
    find: (what, fits, timeoutMs = 10_000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new assert.AssertionError({ message: `no event within ${String(timeoutMs)} ms: ${what}` }));
        }, timeoutMs);
        const check = (): void => {
          const found = all.find(fits);
          if (found === undefined) return;
          waiting.delete(check);
          clearTimeout(timer);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
    close: () => socket.terminate(),
  };
}

/** The HTTP status with which the server refuses to open a listener. */
export function eventsRefusal(target: ContractTarget, query: string): Promise<number> {
  const socket = new WebSocket(`ws+unix:${target.socketPath}:/1.0/events${query}`);
  return new Promise((resolve, reject) => {
    socket.on("unexpected-response", (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.on("error", reject);
    socket.on("open", () => {
      socket.terminate();
      reject(new assert.AssertionError({ message: `the server accepted ${query}` }));
    });
  });
}
