import { Readable, type Writable } from "node:stream";
import type { InstanceExecPost } from "@lxdkit/protocol";
import { begin } from "../call.ts";
import type { ClientContext } from "../client-context.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { openSockets } from "../session/open-sockets.ts";
import type { TerminalSize } from "../session/session-control.ts";
import { sessionSecrets } from "../session/session-secrets.ts";
import { callOptions, execBody, type ExecOptions } from "./exec-options.ts";
import type { ExecExit } from "./exit-status.ts";
import { explainRefusal } from "../session/explain-refusal.ts";
import { followExec } from "./follow-exec.ts";
import { type LinuxSignal, signalNumber } from "./linux-signal.ts";

/** Options of {@link ExecApi.open}. */
export interface OpenExecOptions extends ExecOptions {
  /**
   * On a terminal: one stream both ways, `stderr` stays empty. False by default. LXD 5.0 loses what a command writes to
   * a terminal in the last moment before it ends; without a terminal it does not.
   */
  readonly interactive?: boolean | undefined;
  /** Size of the terminal; with `interactive` only. */
  readonly size?: TerminalSize | undefined;
  /** Ends the session, also once it is open: the command is killed, and `exit` rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** A command that runs in an instance. */
export interface ExecSession extends AsyncDisposable {
  /**
   * Standard input. End it, or a command that reads waits for ever. On a terminal `end()` only stops writing: there the
   * end of the input is the character `\x04`.
   */
  readonly stdin: Writable;
  /**
   * Standard output, and all output of a terminal. It is read from the server no faster than you read it, so a command
   * whose output nobody reads stops; call `resume()` or `destroy()` on what you do not want.
   */
  readonly stdout: Readable;
  /** Standard error; empty on a terminal. */
  readonly stderr: Readable;
  /**
   * How the command ended, once all its output was received. It need not be awaited.
   *
   * @throws {SessionError} `EXEC_CONNECTION_LOST` when a socket broke: the command may have been cut short or run on.
   * `SESSION_CLOSED` after closing.
   * @throws {OperationError} when the server could not run the command.
   */
  readonly exit: Promise<ExecExit>;
  /** Changes the size of the terminal. Rejects with `SESSION_ENDED` after the end. */
  resize(size: TerminalSize): Promise<void>;
  /** Sends a signal to the command. Rejects with `SESSION_ENDED` after the end. */
  sendSignal(signal: LinuxSignal | number): Promise<void>;
  /**
   * Ends the session and resolves when its sockets are gone. A command that still runs is killed; processes that it
   * has started in the background are not.
   */
  close(): Promise<void>;
}

/** Starts a command. See {@link ExecApi.start}. */
export async function startExec(
  context: ClientContext,
  name: string,
  body: InstanceExecPost,
  options: ExecOptions,
): Promise<OperationHandle> {
  try {
    return await begin(context, "POST /1.0/instances/{name}/exec", { ...callOptions(options), path: { name }, body });
  } catch (error) {
    throw await explainRefusal(context, name, options, error);
  }
}

/** Runs a command with its streams at hand. See {@link ExecApi.open}. */
export async function openExec(
  context: ClientContext,
  name: string,
  command: readonly string[],
  options: OpenExecOptions,
): Promise<ExecSession> {
  const { interactive = false, size, signal } = options;
  const terminal = interactive && size !== undefined ? size : {};
  const body = { ...execBody(command, options), ...terminal, interactive, "wait-for-websocket": true };
  const handle = await startExec(context, name, body, options);
  const data = interactive
    ? [{ name: "0", tellsEnd: false }]
    : ["0", "1", "2"].map((socket) => ({ name: socket, tellsEnd: true }));
  const names = [...data.map((socket) => socket.name), "control"];
  const secrets = sessionSecrets(handle, "POST /1.0/instances/{name}/exec", names);
  const what = `the command in ${name}`;
  const { control, channels } = await openSockets(context, secrets, {
    what,
    lostCode: "EXEC_CONNECTION_LOST",
    data,
    signal,
  });
  const [first, second, third] = channels;
  if (first === undefined) throw new TypeError("a session has at least one data socket");
  const outputs = second !== undefined && third !== undefined ? [second, third] : [first];
  const { id } = secrets;
  const { exit, close } = followExec(context, handle, { what, id, control, input: first, outputs, signal });
  return {
    stdin: first.input,
    stdout: (second ?? first).output,
    stderr: third?.output ?? Readable.from([]),
    exit,
    resize: (wanted) => control.resize(wanted),
    sendSignal: async (wanted) => control.signal(signalNumber(wanted)),
    close,
    [Symbol.asyncDispose]: close,
  };
}
