import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { type Clock, pause, systemClock } from "../core/clock.ts";
import { createLifeClock } from "../core/life-clock.ts";
import { listenOnSocket, shutServer } from "../core/listen-on-socket.ts";
import { loggedBody, type LoggedRequest } from "../core/request-log.ts";
import { cutBody } from "../faults/cut-body.ts";
import type { CutFault, DelayFault, DropFault, RequestFault } from "../faults/fault-controls.ts";
import type { PlantedFault } from "../faults/fault-plan.ts";
import { createFaults, type Faults } from "../faults/faults.ts";
import { type ChangeFault, createChanges } from "./changes.ts";
import { installedSnap } from "./snap-actions.ts";
import { SnapdRefusal } from "./snapd-error.ts";
import { snapdRoutes } from "./snapd-routes.ts";
import type { SnapdReply, SnapdState } from "./snapd-state.ts";
import { fullChannel, type InstalledSnap, lxdSnaps, revisionIn, type StoreSnap } from "./snaps.ts";

/** Options of {@link startFakeSnapd}. */
export interface FakeSnapdOptions {
  /** What the store has; LXD with its bases by default. */
  readonly store?: readonly StoreSnap[];
  /** What is installed from the start: name to channel, for example `{ lxd: "5.0/stable" }`. */
  readonly installed?: Readonly<Record<string, string>>;
  /** What it says its version is; `2.63` by default. */
  readonly version?: string;
  /** Milliseconds that each task of a change takes; 1 by default. */
  readonly taskMs?: number;
  /** Path of its socket; one in a private folder by default. */
  readonly socketPath?: string;
  /** The system clock by default. */
  readonly clock?: Clock;
}

/** An error of snapd. */
export interface SnapdRequestFault extends RequestFault {
  /** What went wrong, for programs; none by default. */
  readonly kind?: string;
  readonly value?: unknown;
}

/** A snapd in memory, whose REST API is on a unix socket. */
export interface FakeSnapd extends AsyncDisposable {
  readonly socketPath: string;
  /** Every request that arrived, the oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** The snap with that name, as it is now. */
  installed(name: string): InstalledSnap | undefined;
  /** Puts other snaps, or other revisions, into the store. */
  publish(...snaps: readonly StoreSnap[]): void;
  /** Answers requests with an error. */
  failRequest(fault: SnapdRequestFault): PlantedFault;
  /** Answers requests late. */
  delay(fault: DelayFault): PlantedFault;
  /** Cuts the connections of requests without an answer. */
  dropConnection(fault?: DropFault): PlantedFault;
  /** Cuts the connections of requests in the middle of the answer's body. */
  cutReply(fault?: CutFault): PlantedFault;
  /** Makes changes fail, and undo what they did. */
  failChange(fault: ChangeFault): PlantedFault;
  /** Ends all connections and removes the socket. */
  close(): Promise<void>;
}

/**
 * Starts a fake snapd on a unix socket. The paths are those of `/v2/system-info`, `/v2/snaps`, `/v2/find`, `/v2/apps`
 * and `/v2/changes`; errors of its socket are those of `startFakeServer`.
 */
export async function startFakeSnapd(options: FakeSnapdOptions = {}): Promise<FakeSnapd> {
  const isPrivate = options.socketPath === undefined;
  const folder = isPrivate ? await mkdtemp(join(tmpdir(), "lxdkit-snapd-")) : dirname(options.socketPath ?? "");
  const socketPath = options.socketPath ?? join(folder, "snapd.socket");
  await mkdir(folder, { recursive: true });
  const clock = createLifeClock(options.clock ?? systemClock);
  const store = new Map((options.store ?? lxdSnaps).map((snap) => [snap.name, snap]));
  const state: SnapdState = {
    version: options.version ?? "2.63",
    clock,
    store,
    installed: new Map(),
    changes: createChanges(clock, options.taskMs ?? 1),
    systemConfig: new Map(),
  };
  for (const [name, channel] of Object.entries(options.installed ?? {})) preinstall(state, name, channel);
  const faults = createFaults();
  const requests: LoggedRequest[] = [];
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    void answer({ state, faults, requests }, request, response).catch(() => response.destroy());
  });
  const removeFolder = async (): Promise<void> => {
    if (isPrivate) await rm(folder, { recursive: true, force: true });
  };
  try {
    await listenOnSocket(server, socketPath);
  } catch (error) {
    await removeFolder();
    throw error;
  }
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      clock.end();
      await shutServer(server);
      await removeFolder();
    })());
  const { failRequest, delay, dropConnection, cutReply } = faults.controls;
  return {
    socketPath,
    requests,
    installed: (name) => state.installed.get(name),
    publish(...snaps) {
      for (const snap of snaps) store.set(snap.name, snap);
    },
    failRequest,
    delay,
    dropConnection,
    cutReply,
    failChange: state.changes.faults.plant,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function preinstall(state: SnapdState, name: string, channel: string): void {
  const snap = state.store.get(name);
  const found = snap && revisionIn(snap, fullChannel(channel));
  if (snap === undefined || found === undefined)
    throw new Error(`startFakeSnapd: its store has no ${name} in ${channel}`);
  state.installed.set(name, installedSnap(state, snap, fullChannel(channel), found));
}

interface Parts {
  readonly state: SnapdState;
  readonly faults: Faults;
  readonly requests: LoggedRequest[];
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { state, faults } = parts;
  const body = await text(request);
  const url = new URL(request.url ?? "/", "http://snapd");
  const method = request.method ?? "GET";
  const path = url.pathname;
  const query = url.searchParams;
  const entry: { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] } = {
    ...{ method, path, query: Object.fromEntries(query), headers: request.headers },
    ...{ body: loggedBody(body), status: undefined, etag: undefined },
  };
  parts.requests.push(entry);
  const { error, delay, drop, cut } = faults.ofRequest(entry);
  if (delay?.when === "before") await pause(state.clock, delay.ms);
  if (drop?.when === "before") return void response.destroy();
  const refusal = error && refusalOf(error);
  const reply = refusal !== undefined && error?.when !== "after" ? refusal : work(state, method, path, query, body);
  if (delay !== undefined && delay.when !== "before") await pause(state.clock, delay.ms);
  if (drop !== undefined) return void response.destroy();
  if (cut !== undefined) cutBody(response, cut.bytes);
  entry.status = send(response, refusal ?? reply);
}

function refusalOf({ status, error, kind, value }: SnapdRequestFault): SnapdRefusal {
  return new SnapdRefusal(status, error, kind, value);
}

function work(
  state: SnapdState,
  method: string,
  path: string,
  query: URLSearchParams,
  body: string,
): SnapdReply | SnapdRefusal {
  const route = snapdRoutes.find((one) => one.path.test(path));
  const handler = route?.methods[method];
  if (route === undefined) return new SnapdRefusal(404, "not found");
  if (handler === undefined) return new SnapdRefusal(405, `method "${method}" not allowed`);
  const params = (route.path.exec(path) ?? []).slice(1).map((part) => decodeURIComponent(part));
  try {
    return handler({ state, params, query, body });
  } catch (error) {
    if (error instanceof SnapdRefusal) return error;
    throw error;
  }
}

function send(response: ServerResponse, reply: SnapdReply | SnapdRefusal): number {
  const status = reply instanceof SnapdRefusal ? reply.status : "change" in reply ? 202 : 200;
  const head = (type: string): object => ({ type, "status-code": status, status: STATUS_CODES[status] });
  const envelope =
    reply instanceof SnapdRefusal
      ? { ...head("error"), result: { message: reply.message, kind: reply.kind, value: reply.value } }
      : "change" in reply
        ? { ...head("async"), result: null, change: reply.change }
        : { ...head("sync"), result: reply.result, ...reply.extra };
  const content = JSON.stringify(envelope);
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(content) });
  response.end(content);
  return status;
}
