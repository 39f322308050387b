import { request as httpRequest } from "node:http";
import { json } from "node:stream/consumers";
import { LxdkitError } from "@lxdkit/protocol";
import { describeOnServers, type RealServer } from "@lxdkit/testbed/vitest";
import { type Connection, connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { type Client, createClient } from "../client.ts";
import type { Route } from "../route.ts";

/** What a case works with. */
export interface RouteContext {
  readonly client: Client;
  /** Reads the metadata of a path with Node's own HTTP client: a second, independent reading. */
  readonly raw: (path: string) => Promise<unknown>;
  readonly real: RealServer;
  /** A name that no other case uses. */
  readonly name: string;
}

/** How cases are defined for one server. */
export interface RouteCases {
  readonly real: RealServer;
  /**
   * A case that exercises routes: each of them must be answered with success (2xx or 101) while it runs, and the case
   * checks the effect by a second reading. `on` names the family when only one has the routes.
   */
  covers(
    routes: readonly Route[],
    title: string,
    run: (context: RouteContext) => Promise<void>,
    options?: { readonly on?: RealServer["flavour"]; readonly timeoutMs?: number },
  ): void;
  /** A case whose route cannot succeed on these servers here, and why; the server's refusal must reach the caller. */
  refuses(
    routes: readonly Route[],
    reason: string,
    run: (context: RouteContext) => Promise<void>,
    options?: { readonly on?: RealServer["flavour"] },
  ): void;
}

/** Defines cases for each real server. The table of coverage is made of the calls of `covers` and `refuses`. */
export function describeRoutes(title: string, define: (cases: RouteCases) => void): void {
  describeOnServers(title, (real) => {
    const isHere = (on: RealServer["flavour"] | undefined): boolean => on === undefined || on === real.flavour;
    define({
      real,
      covers(routes, name, run, { on, timeoutMs } = {}) {
        if (!isHere(on)) return;
        test(name, { timeout: timeoutMs ?? 60_000 }, async () => {
          const { succeeded } = await withRecording(real, run);
          expect(routes.filter((route) => !succeeded.some((line) => matches(route, line)))).toEqual([]);
        });
      },
      refuses(routes, reason, run, { on } = {}) {
        if (!isHere(on)) return;
        test(`${routes.join(", ")}: refused, because ${reason}`, async () => {
          const { succeeded, refused } = await withRecording(real, run);
          expect(routes.filter((route) => !refused.some((line) => matches(route, line)))).toEqual([]);
          expect(routes.filter((route) => succeeded.some((line) => matches(route, line)))).toEqual([]);
        });
      },
    });
  });
}

let cases = 0;

async function withRecording(real: RealServer, run: (context: RouteContext) => Promise<void>) {
  const succeeded: string[] = [];
  const refused: string[] = [];
  await using connection = connectUnix({ socketPath: real.socketPath });
  const client = createClient(recorded(connection, succeeded, refused));
  cases += 1;
  const name = `route-${String(process.pid)}-${String(cases)}`;
  try {
    await run({ client, raw: (path) => readRaw(real.socketPath, path), real, name });
  } finally {
    client.events.close();
  }
  return { succeeded, refused };
}

/** The connection, noting `GET /1.0/x` for each answer. */
function recorded(connection: Connection, succeeded: string[], refused: string[]): Connection {
  const note = async <T>(line: string, answer: Promise<T>): Promise<T> => {
    try {
      const value = await answer;
      succeeded.push(line);
      return value;
    } catch (error) {
      if (LxdkitError.is(error) && error.name === "ApiError") refused.push(line);
      throw error;
    }
  };
  return {
    ...connection,
    request: (options) => note(`${options.method} ${options.path}`, connection.request(options)),
    stream: (options) => note(`${options.method} ${options.path}`, connection.stream(options)),
    openWebSocket: (path, options) => note(`GET ${path}`, connection.openWebSocket(path, options)),
    upgrade: (path, options) => note(`GET ${path}`, connection.upgrade(path, options)),
  };
}

function matches(route: Route, line: string): boolean {
  const pattern = route.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(line);
}

async function readRaw(socketPath: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    httpRequest({ socketPath, path, agent: false }, (answer) => {
      json(answer).then((envelope) => {
        resolve((envelope as { readonly metadata: unknown }).metadata);
      }, reject);
    })
      .on("error", reject)
      .end();
  });
}
