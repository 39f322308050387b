import { setTimeout as pause } from "node:timers/promises";
import { LxdkitError } from "@lxdkit/protocol";
import type { WebSocketHandle } from "@lxdkit/transport";
import type { ClientContext } from "../client-context.ts";
import { isAway } from "../is-away.ts";
import { createEventQueue, type EventQueue } from "./event-queue.ts";
import { openEventSocket } from "./event-socket.ts";
import { readEvent, type ResyncNotice, type WatchedEvent } from "./watched-event.ts";

const defaultMaxBuffered = 1_000;
const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** Options of {@link EventsApi.watchEvents}. */
export interface WatchEventsOptions {
  /**
   * Only these: `operation`, `lifecycle`, `logging`, or what newer servers have; all that the caller may hear by default.
   * `logging` needs a caller without restrictions.
   */
  readonly types?: readonly string[] | undefined;
  /** Project whose events are wanted; the client's, else the server's `default`, unless given. */
  readonly project?: string | undefined;
  /** Of all projects that the caller may see. */
  readonly allProjects?: boolean | undefined;
  /** Ends the watch; the loop then rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** How many events may wait to be taken; 1,000 by default. One more ends the watch with `EVENT_OVERFLOW`. */
  readonly maxBuffered?: number | undefined;
  /** Milliseconds for which the server may be away at a time; no limit by default. */
  readonly reconnectTimeoutMs?: number | undefined;
}

/** Events of a server as they come, on a socket of its own. Leaving the loop closes it. */
export interface EventWatch extends AsyncDisposable {
  /**
   * Gives the events from the opening of the watch on, once each. When the connection breaks it is made again, and a
   * `resync` notice tells that events were missed. Can be gone through once.
   *
   * @throws {LxdkitError} `EVENT_OVERFLOW`; {ApiError} when the server refuses; {TransportError} when it stays away for
   * longer than `reconnectTimeoutMs`.
   */
  [Symbol.asyncIterator](): AsyncGenerator<WatchedEvent, void, undefined>;
  /** Closes the socket; the loop ends after what was received already. */
  close(): void;
}

/** Calls about events. */
export interface EventsApi {
  /**
   * `GET /1.0/events`. Resolves when the server listens, so that nothing is missed of what is done after that. A server
   * that is away is waited for; one that refuses (`FORBIDDEN`, `NOT_FOUND`, `BAD_REQUEST`) is not.
   */
  watchEvents(options?: WatchEventsOptions): Promise<EventWatch>;
}

/** Makes the calls about events. */
export function eventsApi(context: ClientContext): EventsApi {
  return { watchEvents: (options = {}) => watchEvents(context, options) };
}

async function watchEvents(context: ClientContext, options: WatchEventsOptions): Promise<EventWatch> {
  const { signal, maxBuffered = defaultMaxBuffered } = options;
  const queue = createEventQueue<WatchedEvent>(maxBuffered);
  const stop = new AbortController();
  const close = (error?: unknown): void => {
    signal?.removeEventListener("abort", onAbort);
    queue.end(error);
    stop.abort();
  };
  function onAbort(): void {
    queue.clear();
    close(signal?.reason);
  }
  signal?.throwIfAborted();
  signal?.addEventListener("abort", onAbort, { once: true });
  const watching: Watching = { context, options, queue, signal: stop.signal, close };
  try {
    void keepConnected(watching, await connect(watching));
  } catch (error) {
    close();
    throw signal?.aborted === true ? signal.reason : error;
  }
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for (let event = await queue.next(); event !== undefined; event = await queue.next()) yield event;
      } finally {
        close();
      }
    },
    close() {
      close();
    },
    async [Symbol.asyncDispose]() {
      close();
      await Promise.resolve();
    },
  };
}

/** What the parts of one watch share. */
interface Watching {
  readonly context: ClientContext;
  readonly options: WatchEventsOptions;
  readonly queue: EventQueue<WatchedEvent>;
  /** Ends with the watch. */
  readonly signal: AbortSignal;
  /** Ends the watch. */
  close(error?: unknown): void;
}

/** An open socket, and when it is gone. */
interface Connected {
  readonly socket: WebSocketHandle;
  readonly closed: Promise<void>;
}

/** Opens the socket again whenever it is lost, until the watch ends. */
async function keepConnected(watching: Watching, first: Connected): Promise<void> {
  const { signal, close } = watching;
  let current = first;
  try {
    for (;;) {
      await untilClosed(current, signal);
      const lostAt = new Date().toISOString();
      await pause(firstPauseMs, undefined, { signal });
      current = await connect(watching, { type: "resync", lostAt });
    }
  } catch (error) {
    // After the end of the watch, what ends here is its own doing.
    close(error);
  }
}

async function untilClosed({ socket, closed }: Connected, signal: AbortSignal): Promise<void> {
  const close = (): void => {
    socket.close();
  };
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  await closed;
  signal.removeEventListener("abort", close);
  signal.throwIfAborted();
}

/** Opens the socket, trying again for as long as the server is away. `notice` comes first of all. */
async function connect(watching: Watching, notice?: ResyncNotice): Promise<Connected> {
  const { options, signal } = watching;
  const { reconnectTimeoutMs = Number.POSITIVE_INFINITY } = options;
  const since = performance.now();
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await openOnce(watching, notice);
    } catch (error) {
      const left = since + reconnectTimeoutMs - performance.now();
      if (signal.aborted || !isWorthATry(error) || left <= 0) throw error;
      await pause(Math.min(pauseMs, left), undefined, { signal });
    }
  }
}

async function openOnce(watching: Watching, notice: ResyncNotice | undefined): Promise<Connected> {
  const { context, options, queue, signal, close } = watching;
  const { types, project, allProjects } = options;
  const input = { project, allProjects, signal, query: { type: types?.join(",") } };
  let setClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (setClosed = resolve));
  const take = (event: WatchedEvent): void => {
    if (!queue.push(event)) close();
  };
  // Not before the server listens, which its first event says as well: who reads again then misses nothing.
  let announce = (): void => {
    announce = () => undefined;
    if (notice !== undefined) take(notice);
  };
  const socket = await openEventSocket(context, input, {
    onMessage(text) {
      announce();
      try {
        take(readEvent(text));
      } catch (error) {
        close(error);
      }
    },
    onClose: setClosed,
  });
  announce();
  return { socket, closed };
}

/** Says whether the server may do later what it does not do now. */
function isWorthATry(error: unknown): boolean {
  return isAway(error) || (LxdkitError.is(error) && error.code === "TIMEOUT");
}
