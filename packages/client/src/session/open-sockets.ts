import { setTimeout as pause } from "node:timers/promises";
import { isFinalStatus, LxdkitError } from "@lxdkit/protocol";
import type { OpenWebSocketOptions, WebSocketHandle } from "@lxdkit/transport";
import type { ClientContext } from "../client-context.ts";
import { requireSuccess } from "../operation-error.ts";
import { type ByteChannel, openChannel } from "./byte-channel.ts";
import { type ControlChannel, openControl } from "./session-control.ts";
import { SessionError } from "./session-error.ts";
import type { SessionSecrets } from "./session-secrets.ts";

/** Servers give up a session whose sockets are not all there after five seconds. */
const connectTimeoutMs = 5_000;
const retryPauseMs = 50;

/** The sockets of a session. */
export interface SessionSockets {
  readonly control: ControlChannel;
  /** In the order of the names. */
  readonly channels: readonly ByteChannel[];
}

/** Options of {@link openSockets}. */
export interface OpenSocketsOptions {
  /** What errors call the session, for example `the command in c1`. */
  readonly what: string;
  /** Code of the error when they cannot be opened. */
  readonly lostCode: "EXEC_CONNECTION_LOST" | "CONSOLE_CONNECTION_LOST";
  /** The data sockets to open; each tells the end of its input or not. */
  readonly data: readonly { readonly name: string; readonly tellsEnd: boolean }[];
  readonly signal: AbortSignal | undefined;
}

type SocketOptions = Omit<OpenWebSocketOptions, "query" | "signal">;

/**
 * Opens all sockets of a session within the five seconds that servers grant.
 *
 * Control comes first, the data sockets follow in parallel: a command starts as soon as its data sockets are there, and
 * one that has ended before its control socket came makes Incus 6.0.4 crash and LXD 5.0.2 forget to close that socket.
 */
export async function openSockets(
  context: ClientContext,
  secrets: SessionSecrets,
  { what, lostCode, data, signal }: OpenSocketsOptions,
): Promise<SessionSockets> {
  const limit = new AbortController();
  const lost = (text: string, cause?: unknown): SessionError =>
    new SessionError(text, { code: lostCode, address: context.connection.address, cause });
  const timer = setTimeout(() => {
    limit.abort(lost(`the sockets of ${what} could not be opened within ${String(connectTimeoutMs)} ms`));
  }, connectTimeoutMs);
  const either = signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]);
  const open = (name: string) => (options: SocketOptions) => openPatiently(context, secrets, name, options, either);
  let control: ControlChannel | undefined;
  try {
    const opening = open("control");
    control = await openControl(what, (onClose) => opening({ onClose }));
    const channels = await allOrNone(
      data.map(({ name, tellsEnd }) => openChannel(open(name), { tellsEnd })),
      (failure) => {
        limit.abort(failure);
      },
    );
    return { control, channels };
  } catch (cause) {
    control?.close();
    signal?.throwIfAborted();
    if (LxdkitError.is(cause)) throw cause;
    throw lost(`the sockets of ${what} could not be opened`, cause);
  } finally {
    clearTimeout(timer);
  }
}

/** Opens one socket; a server that has accepted the session but is not ready for its sockets is asked again. */
async function openPatiently(
  context: ClientContext,
  { id, secrets }: SessionSecrets,
  name: string,
  options: SocketOptions,
  signal: AbortSignal,
): Promise<WebSocketHandle> {
  const { operations } = context;
  for (;;) {
    try {
      return await operations.openSocket(id, { secret: secrets[name] ?? "", signal }, options);
    } catch (error) {
      signal.throwIfAborted();
      if (!LxdkitError.is(error) || error.name !== "ApiError") throw error;
      const operation = await operations.get(id, { signal });
      if (isFinalStatus(operation.status_code)) {
        // Its own failure says more than the refusal of a socket.
        requireSuccess(operation);
        throw error;
      }
    }
    await pause(retryPauseMs, undefined, { signal }).catch(() => {
      signal.throwIfAborted();
    });
  }
}

/** All channels; when one cannot be had, `onFailure` hears of it at once and the others are closed. */
async function allOrNone(
  openings: readonly Promise<ByteChannel>[],
  onFailure: (failure: unknown) => void,
): Promise<ByteChannel[]> {
  for (const opening of openings) opening.catch(onFailure);
  const results = await Promise.allSettled(openings);
  const channels = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  if (channels.length === openings.length) return channels;
  for (const channel of channels) channel.close();
  // The first that failed made the others fail.
  return Promise.all(openings);
}
