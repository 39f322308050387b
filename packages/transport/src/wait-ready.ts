import { LxdkitError } from "@lxdkit/protocol";
import type { ApiError } from "./api-error.ts";
import { rootCause } from "./connection-failure.ts";
import type { Connection } from "./connection.ts";
import { TransportError } from "./transport-error.ts";

/** No try takes longer: a server that starts may accept a connection and forget it. */
const tryMs = 10_000;

/** What goes away when a server starts, or comes back. */
const waitable: ReadonlySet<string> = new Set([
  "SOCKET_NOT_FOUND",
  "SOCKET_REFUSED",
  "CONNECT_FAILED",
  "CONNECTION_LOST",
  "TIMEOUT",
]);

/** The server's own 503, and what a proxy in front of it says while there is none. */
const waitableStatus: ReadonlySet<number> = new Set([502, 503, 504]);

/** The name servers cannot be asked, which says nothing about the name. */
const noNameServer = "EAI_AGAIN";

/** Options of {@link waitReady}. */
export interface WaitReadyOptions {
  /** Ends the wait; the rejection is `signal.reason` itself. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait in all; 30,000 by default, 0 for no limit. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds before the second try, 100 by default; doubled before each further one, with up to as much added. */
  readonly pauseMs?: number | undefined;
  /** Longest pause between two tries, in milliseconds; 2,000 by default. */
  readonly maxPauseMs?: number | undefined;
}

/**
 * Waits until the server answers `GET /1.0`, and gives the metadata of the answer.
 *
 * What a start brings in order is waited for: a socket that is missing or refuses, a connection that fails or is lost,
 * a 502, 503 or 504, no answer within ten seconds, and name servers that cannot be asked yet. Everything else is thrown
 * at once, as waiting does not mend it: `SOCKET_FORBIDDEN`, `NOT_A_SOCKET`, `HOST_NOT_FOUND` of a name that does not
 * exist, `TLS_UNTRUSTED`, `TLS_PIN_MISMATCH`, `TLS_FAILED`, `BAD_ANSWER`, `REDIRECTED`, and any other refusal.
 *
 * @throws {TransportError} `NOT_READY` when the time is over; its `cause` is what was seen last.
 */
export async function waitReady(connection: Connection, options: WaitReadyOptions = {}): Promise<unknown> {
  const { signal, timeoutMs = 30_000, pauseMs = 100, maxPauseMs = 2_000 } = options;
  const { address } = connection;
  const end = timeoutMs > 0 ? performance.now() + timeoutMs : Infinity;
  const { default: pRetry } = await import("p-retry");
  let tries = 0;
  let seen: unknown;
  const ask = async (): Promise<unknown> => {
    const left = Math.ceil(Math.min(tryMs, end - performance.now()));
    // Time for an answer there is none: what was seen before tells more.
    if (left <= 1 && tries > 0) throw seen;
    tries += 1;
    try {
      const request = { method: "GET", path: "/1.0", retries: 0, timeoutMs: Math.max(1, left), signal } as const;
      return (await connection.request(request)).envelope.metadata;
    } catch (error) {
      seen = error;
      throw error;
    }
  };
  try {
    return await pRetry(ask, {
      retries: Infinity,
      minTimeout: pauseMs,
      maxTimeout: maxPauseMs,
      maxRetryTime: timeoutMs > 0 ? timeoutMs : Infinity,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => isWaitable(error),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    if (!isWaitable(cause)) throw cause;
    const text = `${address} was not ready within ${String(timeoutMs)} ms (tries: ${String(tries)}): ${cause.message}`;
    throw new TransportError(text, { code: "NOT_READY", cause, address, request: "GET /1.0" });
  }
}

function isWaitable(error: unknown): error is LxdkitError {
  if (!LxdkitError.is(error)) return false;
  if (error.code === "HOST_NOT_FOUND") return rootCause(error).code === noNameServer;
  return waitable.has(error.code) || waitableStatus.has((error as Partial<ApiError>).status ?? 0);
}
