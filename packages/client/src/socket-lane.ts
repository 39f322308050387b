import type { WebSocketHandle } from "@lxdkit/transport";

/** What may wait in a lane before its source is stopped, and how little before it is let go on. */
const highWaterBytes = 1_048_576;
const lowWaterBytes = 262_144;

/** One direction between two web sockets. */
export interface SocketLane {
  /** Takes a message of the source. */
  pass(message: string | Uint8Array): void;
  /** The source is gone: what waits is still sent, then the other side is closed. */
  end(): void;
}

/**
 * Passes messages from one web socket on to another, in order, no faster than that takes them. When it can take no more
 * the source is closed.
 */
export function socketLane(
  from: Promise<WebSocketHandle>,
  to: Promise<WebSocketHandle>,
  onSent: (bytes: number) => void,
): SocketLane {
  const waiting: (string | Uint8Array)[] = [];
  let waitingBytes = 0;
  let isEnded = false;
  let isPaused = false;
  let isSending = false;

  const send = async (source: WebSocketHandle, sink: WebSocketHandle): Promise<void> => {
    try {
      for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) {
        if (waitingBytes > highWaterBytes && !isPaused) {
          isPaused = true;
          source.pause();
        }
        await sink.send(message);
        waitingBytes -= bytesOf(message);
        onSent(bytesOf(message));
        if (isPaused && waitingBytes < lowWaterBytes) {
          isPaused = false;
          source.resume();
        }
      }
      if (isEnded) sink.close();
    } catch {
      // The other side is gone, which its operation tells better.
      source.close();
    } finally {
      isSending = false;
    }
  };
  const wake = (): void => {
    if (isSending) return;
    isSending = true;
    // A socket that could not be opened fails the whole relay; nothing is sent then.
    void Promise.all([from, to]).then(
      ([source, sink]) => send(source, sink),
      () => undefined,
    );
  };
  return {
    pass(message) {
      waiting.push(message);
      waitingBytes += bytesOf(message);
      wake();
    },
    end() {
      isEnded = true;
      wake();
    },
  };
}

function bytesOf(message: string | Uint8Array): number {
  return typeof message === "string" ? Buffer.byteLength(message) : message.length;
}
