import type { SessionControl } from "@lxdkit/protocol";
import type { WebSocketEnd, WebSocketHandle } from "@lxdkit/transport";
import { SessionError } from "./session-error.ts";

/** Size of a terminal in characters. */
export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** The control socket of a command or a console. */
export interface ControlChannel {
  resize(size: TerminalSize): Promise<void>;
  signal(number: number): Promise<void>;
  /** Resolves when the socket is gone. */
  readonly closed: Promise<WebSocketEnd>;
  close(): void;
}

/** Opens the control socket. `what` names the session in errors. */
export async function openControl(
  what: string,
  open: (onClose: (end: WebSocketEnd) => void) => Promise<WebSocketHandle>,
): Promise<ControlChannel> {
  let isGone = false;
  let setClosed: (end: WebSocketEnd) => void = () => undefined;
  const closed = new Promise<WebSocketEnd>((resolve) => (setClosed = resolve));
  const socket = await open((end) => {
    isGone = true;
    setClosed(end);
  });
  const send = async (message: SessionControl): Promise<void> => {
    const ended = (cause?: unknown): SessionError =>
      new SessionError(`${what} has ended`, { code: "SESSION_ENDED", cause });
    if (isGone) throw ended();
    try {
      await socket.send(JSON.stringify(message));
    } catch (cause) {
      throw ended(cause);
    }
  };
  return {
    async resize({ width, height }) {
      for (const length of [width, height]) requireWhole(length, "a size of a terminal", 1);
      await send({ command: "window-resize", args: { width: String(width), height: String(height) } });
    },
    async signal(number) {
      requireWhole(number, "a signal", 1);
      await send({ command: "signal", signal: number });
    },
    closed,
    close() {
      socket.close();
    },
  };
}

function requireWhole(value: number, what: string, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) throw new RangeError(`${String(value)} is not ${what}`);
}
