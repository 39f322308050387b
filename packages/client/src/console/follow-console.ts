import { setTimeout as pause } from "node:timers/promises";
import { LxdkitError } from "@lxdkit/protocol";
import { abortable } from "@lxdkit/transport";
import type { ClientContext } from "../client-context.ts";
import type { OperationHandle } from "../operation-handle.ts";
import type { ByteChannel } from "../session/byte-channel.ts";
import type { ControlChannel } from "../session/session-control.ts";
import { SessionError } from "../session/session-error.ts";

/** After the socket broke, how long the server may take to say why. */
const verdictMs = 2_000;

/** A console with its sockets. */
export interface OpenedConsole {
  /** What errors call it. */
  readonly what: string;
  readonly control: ControlChannel;
  readonly channel: ByteChannel;
  readonly signal: AbortSignal | undefined;
}

/** The end of a console. */
export interface ConsoleEnd {
  readonly ended: Promise<void>;
  detach(): Promise<void>;
}

/** Follows a console to its end, which is the end of its output, or the caller's leaving. */
export function followConsole(context: ClientContext, handle: OperationHandle, opened: OpenedConsole): ConsoleEnd {
  const { control, channel, signal } = opened;
  let isLeaving = false;
  const leave = (error?: Error): void => {
    // Without its control socket the server leaves the console.
    control.close();
    channel.close(error);
  };
  const follow = async (): Promise<void> => {
    try {
      const isWhole = await abortable(channel.ended, signal);
      if (!isWhole && !isLeaving) throw await verdict(context, handle, opened);
      leave();
    } catch (error) {
      leave(error as Error);
      throw error;
    }
  };
  const ended = follow();
  ended.catch(() => undefined);
  return {
    ended,
    async detach() {
      isLeaving = true;
      leave();
      await ended.catch(() => undefined);
      await Promise.all([control.closed, channel.closed]);
    },
  };
}

/** What it means that the socket went without an end: the operation tells whether the server wanted it. */
async function verdict(
  { connection }: ClientContext,
  handle: OperationHandle,
  { what, channel, signal }: OpenedConsole,
): Promise<unknown> {
  const { address } = connection;
  const stop = new AbortController();
  try {
    const limit = pause(verdictMs, undefined, { signal: stop.signal });
    const isEnded = await Promise.race([handle.wait({ signal: stop.signal }).then(() => true, isCancelled), limit]);
    if (signal?.aborted === true) return signal.reason;
    if (isEnded === true) return new SessionError(`${what} was taken away`, { code: "CONSOLE_TAKEN", address });
    const { error: cause } = await channel.closed;
    return new SessionError(`the connection to ${what} broke`, { code: "CONSOLE_CONNECTION_LOST", address, cause });
  } finally {
    stop.abort();
  }
}

function isCancelled(error: unknown): boolean {
  return LxdkitError.is(error) && error.code === "OPERATION_CANCELLED";
}
