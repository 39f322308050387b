import { request as httpRequest } from "node:http";
import { json } from "node:stream/consumers";
import { LxdkitError } from "@lxdkit/protocol";
import { openTestbed, type Testbed, type TestbedMember } from "@lxdkit/testbed";
import { describeOnServers, type RealServer } from "@lxdkit/testbed/vitest";
import { type Connection, connectUnix } from "@lxdkit/transport";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createClient } from "../client.ts";
import type { Route } from "../route.ts";

/** What a case works with. */
export interface RouteContext {
  readonly client: Client;
  /**
   * Reads the metadata of a path with Node's own HTTP client: a second, independent reading. Asks the server of the
   * case unless another socket is given.
   */
  readonly raw: (path: string, socketPath?: string) => Promise<unknown>;
  readonly real: RealServer;
  /** The members of the case's own test bed; empty where the servers are shared. */
  readonly members: readonly TestbedMember[];
  /** A client on another connection, such as that of a member or of a restricted caller; closed with the case. */
  readonly clientOn: (connection: Connection) => Client;
  /** What was answered with success so far, as `GET /1.0/x` with real names, in order. */
  readonly answers: readonly string[];
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
    options?: {
      readonly on?: RealServer["flavour"];
      readonly timeoutMs?: number;
      /** What the table of coverage says besides: for example that a part of the surroundings is a stand-in. */
      readonly note?: string;
    },
  ): void;
  /**
   * A case whose route is answered with success, but not with what the API says; the caller must be told. Counts like
   * {@link RouteCases.refuses}.
   */
  misbehaves(
    routes: readonly Route[],
    reason: string,
    run: (context: RouteContext) => Promise<void>,
    options?: { readonly on?: RealServer["flavour"] },
  ): void;
  /** A case whose route cannot succeed on these servers here, and why; the server's refusal must reach the caller. */
  refuses(
    routes: readonly Route[],
    reason: string,
    run: (context: RouteContext) => Promise<void>,
    options?: { readonly on?: RealServer["flavour"] },
  ): void;
}

/** Options of {@link describeRoutes}. */
export interface DescribeRoutesOptions {
  /**
   * Opens a test bed for these cases alone, with a server on its own or a cluster of three, instead of the servers that
   * all test files share. What `real` says besides its family is known inside of the cases only.
   */
  readonly members?: 1 | 3;
  /** Puts into the own test bed what all cases need; it goes with the bed. */
  readonly prepare?: (real: RealServer) => Promise<void>;
}

/** Where cases run. */
interface Place {
  readonly real: RealServer;
  readonly members: readonly TestbedMember[];
}

/** Defines cases for each real server. The table of coverage is made of the calls of `covers` and `refuses`. */
export function describeRoutes(
  title: string,
  define: (cases: RouteCases) => void,
  { members, prepare }: DescribeRoutesOptions = {},
): void {
  describeOnServers(title, (shared) => {
    let place: Place = { real: shared, members: [] };
    if (members !== undefined) {
      let bed: Testbed | undefined;
      beforeAll(async () => {
        bed = await openTestbed({ flavour: shared.flavour, members });
        place = { real: serverOf(bed, shared), members: bed.members };
        await prepare?.(place.real);
      });
      afterAll(() => bed?.close());
    }
    const isHere = (on: RealServer["flavour"] | undefined): boolean => on === undefined || on === shared.flavour;
    const succeeds = (
      routes: readonly Route[],
      name: string,
      run: (context: RouteContext) => Promise<void>,
      timeoutMs = 60_000,
    ): void => {
      test(name, { timeout: timeoutMs }, async () => {
        const { succeeded } = await withRecording(place, run);
        expect(routes.filter((route) => !succeeded.some((line) => matches(route, line)))).toEqual([]);
      });
    };
    define({
      real: shared,
      covers(routes, name, run, { on, timeoutMs } = {}) {
        if (isHere(on)) succeeds(routes, name, run, timeoutMs);
      },
      misbehaves(routes, reason, run, { on } = {}) {
        if (isHere(on)) succeeds(routes, `${routes.join(", ")}: wrongly answered, because ${reason}`, run);
      },
      refuses(routes, reason, run, { on } = {}) {
        if (!isHere(on)) return;
        test(`${routes.join(", ")}: refused, because ${reason}`, async () => {
          const { succeeded, refused } = await withRecording(place, run);
          expect(routes.filter((route) => !refused.some((line) => matches(route, line)))).toEqual([]);
          expect(routes.filter((route) => succeeded.some((line) => matches(route, line)))).toEqual([]);
        });
      },
    });
  });
}

let cases = 0;

async function withRecording({ real, members }: Place, run: (context: RouteContext) => Promise<void>) {
  const succeeded: string[] = [];
  const refused: string[] = [];
  const opened: Connection[] = [];
  const clientOn = (connection: Connection): Client => {
    opened.push(connection);
    return createClient(recorded(connection, succeeded, refused));
  };
  const client = clientOn(connectUnix({ socketPath: real.socketPath }));
  const raw: RouteContext["raw"] = (path, socketPath = real.socketPath) => readRaw(socketPath, path);
  cases += 1;
  const name = `route-${String(process.pid)}-${String(cases)}`;
  try {
    await run({ client, raw, real, members, clientOn, answers: succeeded, name });
  } finally {
    await Promise.all(opened.map((connection) => connection.close()));
  }
  return { succeeded, refused };
}

/** The first server of a bed, as those are that all test files share. */
function serverOf(bed: Testbed, { title }: RealServer): RealServer {
  const { flavour, version, socketPath, httpsUrl, serverCertificate, directory, environment, trust, run } = bed;
  const { url: simplestreamsUrl, certificateFile: simplestreamsCertificateFile } = bed.simplestreams;
  const server = { title, flavour, version, socketPath, httpsUrl, serverCertificate, directory, environment };
  return { ...server, simplestreamsUrl, simplestreamsCertificateFile, trust, run };
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
