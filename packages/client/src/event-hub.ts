import { type Operation, operationSchema, type ServerEvent, serverEventSchema } from "@lxdkit/protocol";
import type { Connection, WebSocketHandle } from "@lxdkit/transport";

/** How many operations are remembered whose events came before the answer that names them. */
const rememberedOperations = 1000;

/** Hears what the hub receives. */
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
   * missed.
   */
  ready(signal?: AbortSignal): Promise<number>;
  /** The last state of an operation that events told of; undefined when none did. */
  lastSeen(operationId: string): Operation | undefined;
  /** Hears everything from now on; the result ends that. */
  listen(listener: HubListener): () => void;
  /** Closes the socket. */
  close(): void;
}

/** Makes an {@link EventHub}; nothing is opened until {@link EventHub.ready}. */
export function createEventHub(connection: Connection): EventHub {
  const listeners = new Set<HubListener>();
  const seen = new Map<string, Operation>();
  let openings = 0;
  let opening: Promise<WebSocketHandle> | undefined;

  const receive = (text: string): void => {
    const event = parseEvent(text);
    if (event === undefined) return;
    for (const listener of [...listeners]) listener.onEvent?.(event);
    const operation = event.type === "operation" ? operationSchema.safeParse(event.metadata).data : undefined;
    if (operation === undefined) return;
    seen.delete(operation.id);
    seen.set(operation.id, operation);
    if (seen.size > rememberedOperations) seen.delete(seen.keys().next().value as string);
    for (const listener of [...listeners]) listener.onOperation?.(operation);
  };
  const forget = (): void => {
    opening = undefined;
  };
  const open = (): Promise<WebSocketHandle> => {
    openings += 1;
    const socket = connection.openWebSocket("/1.0/events", {
      query: { type: "operation,lifecycle" },
      onMessage: receive,
      onClose: () => {
        forget();
        for (const listener of [...listeners]) listener.onLost?.();
      },
    });
    socket.catch(forget);
    return socket;
  };

  return {
    async ready(signal) {
      opening ??= open();
      const number = openings;
      // The socket belongs to everybody who waits: one caller's abort ends that caller's waiting only.
      await abortable(opening, signal);
      return number;
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
        (socket) => {
          socket.close();
        },
        () => undefined,
      );
    },
  };
}

function parseEvent(text: string): ServerEvent | undefined {
  try {
    return serverEventSchema.parse(JSON.parse(text));
  } catch {
    // A message that is no event tells nothing; waits are safe because they also read.
    return undefined;
  }
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
