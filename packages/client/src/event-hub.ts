import { isFinalStatus, type Operation, operationSchema, type ServerEvent, serverEventSchema } from "@lxdkit/protocol";
import type { Connection, WebSocketHandle } from "@lxdkit/transport";
import { abortable } from "@lxdkit/transport";

/** How many operations are remembered whose events came before the answer that names them. */
const rememberedOperations = 1000;

/** How long a hub waits for what. */
interface HubLimits {
  /** For the socket to open; after that the caller asks the server to wait instead. */
  readonly openingMs: number;
  /** For the server's first ping; real servers send it at once. */
  readonly pingMs: number;
}

const defaultLimits: HubLimits = { openingMs: 5_000, pingMs: 1_000 };

/** Hears what the hub receives. An exception in it is ignored, so that it does no harm to others who listen. */
export interface HubListener {
  onOperation?(operation: Operation): void;
  onEvent?(event: ServerEvent): void;
  /** The socket is gone; events may have been missed. */
  onLost?(): void;
}

/** One events socket, shared by everything that waits on this connection. */
export interface EventHub {
  /**
   * Opens the socket when it is not open. The result counts the openings: as long as it stays the same, no event was
   * missed. Zero when that cannot be said.
   */
  ready(signal?: AbortSignal): Promise<number>;
  /** The furthest state of an operation that events told of; undefined when none did. */
  lastSeen(operationId: string): Operation | undefined;
  /** Hears everything from now on; the result ends that. */
  listen(listener: HubListener): () => void;
  /** Closes the socket. */
  close(): void;
}

/** Makes an {@link EventHub}; nothing is opened until {@link EventHub.ready}. */
export function createEventHub(connection: Connection, limits: HubLimits = defaultLimits): EventHub {
  const listeners = new Set<HubListener>();
  const seen = new Map<string, Operation>();
  let openings = 0;
  let opening: Promise<Opening> | undefined;

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
    tell((listener) => listener.onOperation?.(operation));
  };
  const forget = (): void => {
    opening = undefined;
  };
  const open = (): Promise<Opening> => {
    openings += 1;
    const socket = openEvents(connection, limits, openings, receive, () => {
      forget();
      tell((listener) => listener.onLost?.());
    });
    socket.catch(forget);
    return socket;
  };

  return {
    async ready(signal) {
      opening ??= open();
      // The socket belongs to everybody who waits: one caller's abort ends that caller's waiting only.
      return (await abortable(opening, signal)).number;
    },
    lastSeen: (operationId) => seen.get(operationId),
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close() {
      void opening?.then(
        ({ socket }) => {
          socket.close();
        },
        () => undefined,
      );
    },
  };
}

interface Opening {
  readonly socket: WebSocketHandle;
  readonly number: number;
}

/**
 * Opens the socket and waits for the server's first ping: LXD sends it once it really listens, a moment after it has
 * accepted the socket, and events of that moment are lost.
 */
async function openEvents(
  connection: Connection,
  limits: HubLimits,
  number: number,
  onMessage: (text: string) => void,
  onClose: () => void,
): Promise<Opening> {
  let onPing = (): void => undefined;
  const pinged = new Promise<boolean>((resolve) => {
    onPing = () => {
      resolve(true);
    };
    setTimeout(resolve, limits.pingMs, false).unref();
  });
  const socket = await connection.openWebSocket("/1.0/events", {
    query: { type: "operation,lifecycle" },
    signal: AbortSignal.timeout(limits.openingMs),
    onMessage,
    onPing,
    onClose,
  });
  return { socket, number: (await pinged) ? number : 0 };
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
