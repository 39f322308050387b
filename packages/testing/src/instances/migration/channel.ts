import type { WebSocket } from "ws";
import { OperationFailure } from "../../core/refusal.ts";

/** A websocket as a line of messages. */
export interface Channel {
  send(message: object): void;
  /** The next message; fails when the other side hangs up, or is no fake. */
  next(): Promise<Readonly<Record<string, unknown>>>;
  close(): void;
}

/** Makes a {@link Channel}; what comes before somebody asks for it is kept. */
export function createChannel(socket: WebSocket): Channel {
  const waiting: Buffer[] = [];
  let wake = (): void => undefined;
  let isClosed = false;
  socket.on("message", (data: Buffer) => {
    waiting.push(data);
    wake();
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    isClosed = true;
    wake();
  });
  return {
    // Clients that stand between two servers hand on nothing but binary messages.
    send: (message) => socket.send(Buffer.from(JSON.stringify(message))),
    async next() {
      if (waiting.length === 0 && !isClosed) await new Promise<void>((resolve) => (wake = resolve));
      const data = waiting.shift();
      if (data === undefined) throw new OperationFailure("websocket: close 1006 (abnormal closure): unexpected EOF");
      return readMessage(data);
    },
    close: () => socket.close(),
  };
}

function readMessage(data: Buffer): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(data.toString()) as Readonly<Record<string, unknown>>;
  } catch {
    throw new OperationFailure(
      `The other side sent ${String(data.length)} bytes in the protocol of real servers; a fake moves instances only to and from fakes`,
    );
  }
}
