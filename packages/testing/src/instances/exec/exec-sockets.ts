import { PassThrough, Writable } from "node:stream";
import type { WebSocket } from "ws";
import type { FakeState } from "../../core/fake-state.ts";
import { createSocketSlots, type SocketSlots } from "../../operations/socket-slots.ts";
import type { TerminalSize } from "./command.ts";
import { createTerminal } from "./terminal.ts";

/** The ends of a command whose inputs and outputs are websockets. */
export interface ExecSockets {
  readonly slots: Pick<SocketSlots<string>, "secrets" | "connect" | "cut">;
  /** Waits until the command can begin. */
  ready(): Promise<void>;
  readonly stdin: PassThrough;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** The size of its terminal; undefined on pipes. */
  readonly terminal: (() => TerminalSize) | undefined;
  /** Tells the clients that there is nothing more to come, and waits for what they have to do then. */
  finish(): Promise<void>;
}

/** Makes the websockets of a command; `kill` is called for signals that come over them. */
export function createExecSockets(
  state: FakeState,
  { isInteractive, size }: { readonly isInteractive: boolean; readonly size: TerminalSize },
  kill: (signal: number) => void,
): ExecSockets {
  return isInteractive ? onTerminal(state, size, kill) : onPipes(state, kill);
}

function onPipes({ clock, random }: FakeState, kill: (signal: number) => void): ExecSockets {
  const stdin = new PassThrough();
  const slots = createSocketSlots({
    names: ["0", "1", "2", "control"],
    clock,
    random,
    connected(name, socket) {
      if (name === "control") return listenToControl(socket, kill, () => undefined);
      if (name === "0")
        return readInput(
          socket,
          (bytes) => writeOrWait(stdin, socket, bytes),
          () => stdin.end(),
        );
      // Without a control socket there is no other way to say that nobody wants the outputs any more.
      if (name === "1") socket.on("close", () => slots.get("control") ?? kill(9));
    },
  });
  const output = (name: "1" | "2"): Writable =>
    new Writable({ write: (chunk: Buffer, _encoding, done) => sendTo(slots.get(name), chunk, done) });
  return {
    slots,
    ready: () => slots.wait(["0", "1", "2"]),
    stdin,
    stdout: output("1"),
    stderr: output("2"),
    terminal: undefined,
    async finish() {
      slots.get("control")?.terminate();
      await Promise.all((["1", "2"] as const).map((name) => sendEnd(slots.get(name))));
    },
  };
}

function onTerminal({ clock, random }: FakeState, size: TerminalSize, kill: (signal: number) => void): ExecSockets {
  let tellLeft = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    tellLeft = resolve;
  });
  const slots = createSocketSlots({
    names: ["0", "control"],
    clock,
    random,
    connected(name, socket) {
      if (name === "control") return listenToControl(socket, kill, (changed) => terminal.resize(changed));
      socket.on("close", () => tellLeft());
      readInput(
        socket,
        (bytes) => terminal.type(bytes),
        () => undefined,
      );
    },
  });
  const terminal = createTerminal({
    size,
    show: (bytes, done) => sendTo(slots.get("0"), bytes, done),
    kill,
  });
  return {
    slots,
    ready: () => slots.wait(["0", "control"]),
    stdin: terminal.stdin as PassThrough,
    stdout: terminal.stdout,
    stderr: terminal.stdout,
    terminal: terminal.size,
    async finish() {
      slots.get("control")?.terminate();
      await sendEnd(slots.get("0"));
      // The operation goes on until the client hangs up: measured on both families.
      await left;
    },
  };
}

/** Any text frame is the end of the input, whatever it says; empty frames are nothing. */
function readInput(socket: WebSocket, take: (bytes: Buffer) => void, end: () => void): void {
  let hasEnded = false;
  const finish = (): void => {
    if (!hasEnded) end();
    hasEnded = true;
  };
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    if (!isBinary) return finish();
    if (data.length > 0 && !hasEnded) take(data);
  });
  socket.on("close", finish);
}

/** Takes no more from a client than the command reads. */
function writeOrWait(stream: PassThrough, socket: WebSocket, bytes: Buffer): void {
  if (stream.write(bytes)) return;
  socket.pause();
  stream.once("drain", () => socket.resume());
}

function listenToControl(
  socket: WebSocket,
  kill: (signal: number) => void,
  resize: (size: TerminalSize) => void,
): void {
  socket.on("message", (data: Buffer) => {
    let message: { readonly command?: unknown; readonly signal?: unknown; readonly args?: Record<string, string> };
    try {
      message = JSON.parse(data.toString()) as typeof message;
    } catch {
      return;
    }
    if (message.command === "signal" && typeof message.signal === "number") kill(message.signal);
    if (message.command !== "window-resize") return;
    const [width, height] = [Number(message.args?.["width"]), Number(message.args?.["height"])];
    if (Number.isInteger(width) && Number.isInteger(height)) resize({ width, height });
  });
  socket.on("close", () => kill(9));
}

/** What nobody is there to read is thrown away. */
function sendTo(socket: WebSocket | undefined, bytes: Buffer, done: () => void): void {
  if (socket?.readyState === 1) socket.send(bytes, { binary: true }, () => done());
  else done();
}

function sendEnd(socket: WebSocket | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (socket?.readyState === 1) socket.send("", { binary: false }, () => resolve());
    else resolve();
  });
}
