import {
  isFinalStatus,
  LxdkitError,
  type Operation,
  operationSchema,
  type ServerEvent,
  serverEventSchema,
} from "@lxdkit/protocol";
import { reportUpdate } from "./operation-diagnostics.ts";
import { abortable, type Connection, type Query, type WebSocketHandle } from "@lxdkit/transport";

/** How many operations are remembered whose events came before the answer that names them. */
const rememberedOperations = 1000;

/** How long a hub waits for what. */
interface HubLimits {
  /** For the socket to open; after that the caller asks the server to wait instead. */
  readonly openingMs: number;
  /** For the server's first ping; real servers send it at once. */
  readonly pingMs: number;
}

/** Options of {@link createEventHub}. */
export interface EventHubOptions {
  readonly limits?: HubLimits;
  /** Whose events are wanted by default when it may not listen to all projects. */
  readonly project?: string | undefined;
}

const defaultLimits: HubLimits = { openingMs: 5_000, pingMs: 1_000 };

/** Hears what the hub receives. An exception in it is ignored, so that it does no harm to others who listen. */
export interface HubListener {
  onOperation?(operation: Operation): void;
  onEvent?(event: ServerEvent): void;
  /** The socket is gone; events may have been missed. */
  onLost?(): void;
}

/** Options of {@link EventHub.ready}. */
export interface HubReadyOptions {
  /** Ends the caller's waiting; the socket belongs to everybody who waits. */
  readonly signal?: AbortSignal | undefined;
  /** Project whose events are wanted; the hub's own by default, else `default`. */
  readonly project?: string | undefined;
}

/**
 * The events of a server, shared by everything that waits on this connection: one socket for all projects, or one for
 * each project that is asked for when the caller may not listen to all.
 */
export interface EventHub {
  /**
   * Opens the socket when it is not open. The result numbers the openings: as long as it stays the same, no event was
   * missed. Zero when that cannot be said.
   *
   * @throws {TransportError} when the socket cannot be opened.
   * @throws {ApiError} when the server refuses, for example `FORBIDDEN` for a project that is not the caller's.
   */
  ready(options?: HubReadyOptions): Promise<number>;
  /** The furthest state of an operation that events told of; undefined when none did. */
  lastSeen(operationId: string): Operation | undefined;
  /** Hears everything from now on; the result ends that. */
  listen(listener: HubListener): () => void;
  /** Closes the sockets. */
  close(): void;
}

/** Makes an {@link EventHub}; nothing is opened until {@link EventHub.ready}. */
export function createEventHub(connection: Connection, options: EventHubOptions = {}): EventHub {
  const { limits = defaultLimits, project: own } = options;
  const listeners = new Set<HubListener>();
  const seen = new Map<string, Operation>();
  // By what they listen to.
  const sockets = new Map<string, Promise<Opening>>();
  let openings = 0;
  let mayHearAll = true;

  const tell = (about: (listener: HubListener) => void): void => {
    for (const listener of [...listeners]) {
      try {
        about(listener);
      } catch {
        // The next listener may be one whose wait depends on this.
      }
    }
  };
  const receive = (text: string): void => {
    const event = parseEvent(text);
    if (event === undefined) return;
    tell((listener) => listener.onEvent?.(event));
    const operation = event.type === "operation" ? operationSchema.safeParse(event.metadata).data : undefined;
    if (operation === undefined) return;
    remember(seen, operation);
    reportUpdate(connection.address, operation);
    tell((listener) => listener.onOperation?.(operation));
  };
  const open = (scope: Query): Promise<Opening> => {
    const key = JSON.stringify(scope);
    const known = sockets.get(key);
    if (known !== undefined) return known;
    openings += 1;
    const forget = (): void => {
      sockets.delete(key);
    };
    const opening = openEvents(connection, { limits, scope, number: openings }, receive, () => {
      forget();
      tell((listener) => listener.onLost?.());
    });
    opening.catch(forget);
    sockets.set(key, opening);
    return opening;
  };

  return {
    async ready({ signal, project = own ?? "default" } = {}) {
      if (mayHearAll) {
        try {
          // One caller's abort ends that caller's waiting only.
          return (await abortable(open({ "all-projects": true }), signal)).number();
        } catch (error) {
          signal?.throwIfAborted();
          if (!LxdkitError.is(error) || error.code !== "FORBIDDEN") throw error;
          mayHearAll = false;
        }
      }
      return (await abortable(open({ project }), signal)).number();
    },
    lastSeen: (operationId) => seen.get(operationId),
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close() {
      for (const opening of sockets.values()) {
        void opening.then(
          ({ socket }) => {
            socket.close();
          },
          () => undefined,
        );
      }
    },
  };
}

interface Opening {
  readonly socket: WebSocketHandle;
  /** Zero until the server has pinged. */
  number(): number;
}

/**
 * Opens a socket and waits for the server's first ping: LXD sends it once it really listens, a moment after it has
 * accepted the socket, and events of that moment are lost.
 */
async function openEvents(
  connection: Connection,
  { limits, scope, number }: { readonly limits: HubLimits; readonly scope: Query; readonly number: number },
  onMessage: (text: string) => void,
  onClose: () => void,
): Promise<Opening> {
  let isPinged = false;
  let wake = (): void => undefined;
  const pinged = new Promise<void>((resolve) => (wake = resolve));
  const socket = await connection.openWebSocket("/1.0/events", {
    query: { type: "operation,lifecycle", ...scope },
    signal: AbortSignal.timeout(limits.openingMs),
    onMessage,
    onPing() {
      isPinged = true;
      wake();
    },
    onClose() {
      wake();
      onClose();
    },
  });
  const timer = setTimeout(wake, limits.pingMs);
  await pinged;
  clearTimeout(timer);
  return { socket, number: () => (isPinged ? number : 0) };
}

/** Keeps the furthest state: the event of an end may come before that of the start. */
function remember(seen: Map<string, Operation>, operation: Operation): void {
  const known = seen.get(operation.id);
  if (known !== undefined && isFinalStatus(known.status_code)) return;
  seen.delete(operation.id);
  seen.set(operation.id, operation);
  if (seen.size > rememberedOperations) seen.delete(seen.keys().next().value as string);
}

function parseEvent(text: string): ServerEvent | undefined {
  try {
    return serverEventSchema.parse(JSON.parse(text));
  } catch {
    // A message that is no event tells nothing; waits are safe because they also read.
    return undefined;
  }
}
