import { setTimeout as pause } from "node:timers/promises";
import { isFinalStatus, LxdkitError } from "@lxdkit/protocol";
import { abortable, isNotFound, type WebSocketEnd } from "@lxdkit/transport";
import type { ClientContext } from "../client-context.ts";
import type { OperationHandle } from "../operation-handle.ts";
import type { ByteChannel } from "../session/byte-channel.ts";
import type { ControlChannel } from "../session/session-control.ts";
import { SessionError } from "../session/session-error.ts";
import { type ExecExit, waitForExit } from "./exit-status.ts";
import { endOfOutputs, idleOutput } from "./output-end.ts";

/** How long a server may take for what. */
export interface ExecLimits {
  /** For what is left once one side of a session has ended; real servers take milliseconds. */
  readonly graceMs: number;
  /** After a socket broke, to say that the command itself failed. */
  readonly verdictMs: number;
  /** To end the operation after it has closed the sockets. */
  readonly noticeMs: number;
}

const defaultLimits: ExecLimits = { graceMs: 10_000, verdictMs: 2_000, noticeMs: 500 };

/** A command with its sockets. */
export interface RunningExec {
  /** What errors call it. */
  readonly what: string;
  /** Of the operation. */
  readonly id: string;
  readonly control: ControlChannel;
  /** The one with the input. */
  readonly input: ByteChannel;
  /** Those with output; of a terminal, the one with the input. */
  readonly outputs: readonly ByteChannel[];
  readonly signal: AbortSignal | undefined;
  readonly limits?: ExecLimits | undefined;
}

/** The end of a command. */
export interface ExecEnd {
  readonly exit: Promise<ExecExit>;
  close(): Promise<void>;
}

/**
 * Follows a command to its end. The exit code counts only when every output has come to its end and the operation has
 * ended; a broken socket is never taken for an end.
 */
export function followExec(context: ClientContext, handle: OperationHandle, running: RunningExec): ExecEnd {
  const { what, control, input, outputs, signal } = running;
  const channels = new Set([input, ...outputs]);
  const stop = new AbortController();
  const onAbort = (): void => {
    stop.abort(signal?.reason);
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted === true) onAbort();

  const closeAll = (error?: Error): void => {
    // Without its control socket the server kills the command.
    control.close();
    for (const channel of channels) channel.close(error);
  };
  const follow = async (): Promise<ExecExit> => {
    try {
      const exit = await abortable(conclude(context, handle, running, stop.signal), stop.signal);
      closeAll();
      return exit;
    } catch (error) {
      closeAll(error as Error);
      throw error;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      stop.abort();
    }
  };
  const exit = follow();
  exit.catch(() => undefined);
  return {
    exit,
    async close() {
      stop.abort(new SessionError(`${what} was closed`, { code: "SESSION_CLOSED" }));
      await exit.catch(() => undefined);
      await Promise.all([control, ...channels].map(({ closed }) => closed));
    },
  };
}

/** Puts together what the sockets and the operation tell. `signal` ends it, and every wait in it. */
async function conclude(
  context: ClientContext,
  handle: OperationHandle,
  running: RunningExec,
  signal: AbortSignal,
): Promise<ExecExit> {
  const { control, input, outputs, limits = defaultLimits } = running;
  const { graceMs } = limits;
  let controlEnd: WebSocketEnd | undefined;
  void control.closed.then((end) => (controlEnd = end));
  const status = waitForExit(handle.wait({ signal }));
  const streams = endOfOutputs(outputs);
  const first = await Promise.race([streams, status, inputCut(context, running, signal)]);
  if (first === false) {
    const broken = lost(context, running, "the connection broke during");
    throw await verdict(status, broken, pause(limits.verdictMs, undefined, { signal }), signal);
  }
  if (first === true) {
    // The server keeps the operation of a terminal open until we leave it.
    if (outputs.includes(input)) input.close();
  } else {
    const missing = idleOutput(outputs, graceMs, signal).then(() => false);
    if (!(await Promise.race([streams, missing]))) throw lost(context, running, "the last output was lost of");
  }
  const gone = Promise.all(outputs.map(({ closed }) => closed)).then(() => pause(graceMs, undefined, { signal }));
  const exit = await Promise.race([status, gone]);
  if (exit === undefined) throw lost(context, running, "the server did not tell the end of");
  // The server kills a command whose control socket breaks.
  if (exit.signal === 9 && isBroken(controlEnd)) {
    throw lost(context, running, "the control connection broke of", controlEnd?.error);
  }
  return exit;
}

/** The failure of the command itself, should the server tell one in time; else `otherwise`. */
async function verdict(
  status: Promise<ExecExit>,
  otherwise: Error,
  limit: Promise<void>,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    await Promise.race([status, limit]);
    return otherwise;
  } catch (error) {
    const isFailure = LxdkitError.is(error) && error.code === "OPERATION_FAILED";
    return isFailure || signal.aborted ? error : otherwise;
  }
}

/**
 * Rejects when the input's socket breaks under a command that still runs: the server takes that for the end of the
 * input, and the command would succeed with half of it. Never resolves.
 */
async function inputCut(context: ClientContext, running: RunningExec, signal: AbortSignal): Promise<never> {
  const { input, outputs, limits = defaultLimits } = running;
  const { error } = await input.closed;
  if (!outputs.includes(input) && !input.input.writableFinished && (await runsOn(context, running, limits, signal))) {
    throw lost(context, running, "the connection of the input broke during", error);
  }
  return new Promise<never>(() => undefined);
}

/** Says whether a command still runs whose input the server has closed, which it does last of all. */
async function runsOn(
  { operations }: ClientContext,
  { id, outputs }: RunningExec,
  { noticeMs }: ExecLimits,
  signal: AbortSignal,
): Promise<boolean> {
  if (outputs.every(({ hasEnded }) => hasEnded)) return false;
  try {
    // The end may be there, behind bytes that nobody has read.
    if (outputs.some(({ isPaused }) => isPaused)) await pause(noticeMs, undefined, { signal });
    return !isFinalStatus((await operations.get(id, { signal })).status_code);
  } catch (error) {
    return !isNotFound(error);
  }
}

/** Says whether a socket ended in a way in which no server ends it. */
function isBroken(end: WebSocketEnd | undefined): boolean {
  const error = end?.error;
  return error !== undefined && !(LxdkitError.is(error) && error.code === "CONNECTION_LOST");
}

function lost({ connection }: ClientContext, { what }: RunningExec, text: string, cause?: unknown): SessionError {
  return new SessionError(`${text} ${what}`, {
    code: "EXEC_CONNECTION_LOST",
    hint: "It may have been cut short, or may still run; look in the instance before you run it again.",
    address: connection.address,
    cause,
  });
}
