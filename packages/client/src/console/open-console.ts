import type { Readable, Writable } from "node:stream";
import type { InstanceConsolePost } from "@lxdkit/protocol";
import { begin } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { explainRefusal } from "../session/explain-refusal.ts";
import { openSockets } from "../session/open-sockets.ts";
import type { TerminalSize } from "../session/session-control.ts";
import { sessionSecrets } from "../session/session-secrets.ts";
import { followConsole } from "./follow-console.ts";

/** Options of {@link ConsoleApi.open}. */
export interface OpenConsoleOptions extends CallOptions {
  /** Size of the terminal. */
  readonly size?: TerminalSize | undefined;
  /** Take the console away from another caller. Incus only; elsewhere it has no effect. */
  readonly force?: boolean | undefined;
  /** Detaches, also once the console is open; `ended` then rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** The text console of an instance. */
export interface ConsoleSession extends AsyncDisposable {
  /** What is typed. */
  readonly stdin: Writable;
  /** What is shown, read from the server no faster than you read it. */
  readonly stdout: Readable;
  /**
   * Resolves when the console has ended: the instance stopped, or the caller detached.
   *
   * @throws {SessionError} `CONSOLE_CONNECTION_LOST`, and `CONSOLE_TAKEN` when another caller took the console away.
   */
  readonly ended: Promise<void>;
  /** Changes the size of the terminal. Rejects with `SESSION_ENDED` after the end. */
  resize(size: TerminalSize): Promise<void>;
  /** Leaves the console to others, and resolves when its sockets are gone. */
  detach(): Promise<void>;
}

/** Starts a console. See {@link ConsoleApi.start}. */
export async function startConsole(
  context: ClientContext,
  name: string,
  body: InstanceConsolePost,
  { signal, timeoutMs, project }: CallOptions,
): Promise<OperationHandle> {
  const input = { signal, timeoutMs, project, path: { name }, body };
  try {
    return await begin(context, "POST /1.0/instances/{name}/console", input);
  } catch (error) {
    throw await explainRefusal(context, name, input, error);
  }
}

/** Opens the text console. See {@link ConsoleApi.open}. */
export async function openConsole(
  context: ClientContext,
  name: string,
  options: OpenConsoleOptions,
): Promise<ConsoleSession> {
  const { size, force, signal } = options;
  const body = { type: "console" as const, ...size, ...(force === undefined ? {} : { force }) };
  const handle = await startConsole(context, name, body, options);
  const secrets = sessionSecrets(handle, "POST /1.0/instances/{name}/console", ["0", "control"]);
  const what = `the console of ${name}`;
  const { control, channels } = await openSockets(context, secrets, {
    what,
    lostCode: "CONSOLE_CONNECTION_LOST",
    data: [{ name: "0", tellsEnd: false }],
    signal,
  });
  const [channel] = channels;
  if (channel === undefined) throw new TypeError("a console has one data socket");
  const { ended, detach } = followConsole(context, handle, { what, control, channel, signal });
  return {
    stdin: channel.input,
    stdout: channel.output,
    ended,
    resize: (wanted) => control.resize(wanted),
    detach,
    [Symbol.asyncDispose]: detach,
  };
}
