import { LxdkitError } from "@lxdkit/protocol";
import { connectionFailure } from "./connection-failure.ts";
import type { HttpTarget } from "./http-target.ts";
import { onAbort } from "./on-abort.ts";
import { TransportError } from "./transport-error.ts";

/** The end of something from our side. What comes first is the reason; what comes later changes nothing. */
export interface Ending {
  /** Aborted when it is ended; {@link Ending.failure} tells why. */
  readonly signal: AbortSignal;
  end(reason: unknown): void;
  /** Throws the reason when it has ended already. */
  throwIfEnded(): void;
  /** The time limit counts no more. */
  stopTimer(): void;
  /** Lets go of the timer, and of the signals that it listens to. */
  release(): void;
  /** What a failure means: the reason of the end, or what happened to the connection. */
  failure(cause: unknown): unknown;
}

/** Options of {@link createEnding}. */
export interface EndingOptions {
  /** The caller's own; its reason is the failure. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds, 0 for no limit. */
  readonly timeoutMs: number;
  /** What is said when the time is over. */
  readonly tooLate: string;
}

/** Ends something by the caller's signal, by a time limit, and when the connection is closed. */
export function createEnding(target: HttpTarget, request: string, options: EndingOptions): Ending {
  const { address, explain, closing } = target;
  const { signal, timeoutMs, tooLate } = options;
  const controller = new AbortController();
  let ended: { readonly reason: unknown } | undefined;
  let lastFailure: unknown;
  const end = (reason: unknown): void => {
    if (ended !== undefined) return;
    ended = { reason };
    controller.abort(reason);
  };
  const close = (): void => {
    end(connectionClosed(address, request));
  };
  const onLate = (): void => {
    end(new TransportError(tooLate, { code: "TIMEOUT", address, request, cause: lastFailure }));
  };
  const timer = timeoutMs > 0 ? setTimeout(onLate, timeoutMs) : undefined;
  const stops = [onAbort(closing, close)];
  if (signal !== undefined) stops.push(onAbort(signal, () => end(signal.reason)));
  if (signal?.aborted === true) end(signal.reason);
  if (closing.aborted) close();
  return {
    signal: controller.signal,
    end,
    throwIfEnded() {
      if (ended !== undefined) throw ended.reason;
    },
    stopTimer: () => {
      clearTimeout(timer);
    },
    release() {
      clearTimeout(timer);
      for (const stop of stops) stop();
    },
    failure(cause) {
      if (ended !== undefined) return ended.reason;
      lastFailure = LxdkitError.is(cause) ? cause : connectionFailure(cause, explain, { address, request });
      return lastFailure;
    },
  };
}

/** What everything that is open on a connection fails with when it is closed. */
export function connectionClosed(address: string, request: string): TransportError {
  const text = `the connection to ${address} was closed: ${request} ended with it`;
  return new TransportError(text, { code: "CONNECTION_CLOSED", address, request });
}
