import { type InstanceState, statusCode } from "@lxdkit/protocol";
import { errorText, ServerError } from "../server-error.ts";
import type { Look, StatePoller, UntilOptions } from "./state-poller.ts";

/** Options of every wait. */
export interface WaitOptions {
  /** Milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Ends the waiting with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** One wait: what it is for, and what it has seen so far. */
export interface Wait {
  readonly poller: StatePoller;
  readonly name: string;
  /** For example `an address`. */
  readonly what: string;
  readonly signal: AbortSignal;
  /** Kept for the error that tells of it. */
  readonly seen: { state?: InstanceState | undefined; failure?: unknown };
}

/** What a wait that ran out of time says. */
export interface WaitTimeout {
  readonly code: string;
  /** What did not happen, for example `c1 has no usable address`. */
  readonly message: string;
  /** What was seen of it; the status of the instance by default. */
  readonly seen?: (state: InstanceState) => string;
  readonly hint: string;
}

/** Runs a wait until it has what it is for, or its time is over. */
export async function waitWithin<T>(
  poller: StatePoller,
  name: string,
  what: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
  timedOut: WaitTimeout,
  work: (wait: Wait) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  const wait: Wait = {
    poller,
    name,
    what,
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    seen: {},
  };
  try {
    return await work(wait);
  } catch (error) {
    signal?.throwIfAborted();
    if (error !== timeout.reason) throw error;
    const { code, message, hint } = timedOut;
    throw new ServerError(`${message} after ${String(timeoutMs / 1000)} s (seen: ${sighting(wait, timedOut)})`, {
      code,
      hint,
      step: stepOf(wait),
      cause: wait.seen.failure,
    });
  }
}

/** Waits for a state in which `look` finds what is wanted, and keeps the last one. */
export function untilSeen<T>(
  { poller, name, signal, seen }: Wait,
  look: Look<T>,
  { isTold }: Pick<UntilOptions, "isTold"> = {},
): Promise<T> {
  return poller.until(
    name,
    (state, heard) => {
      seen.state = state;
      seen.failure = undefined;
      return look(state, heard);
    },
    { signal, ...(isTold === undefined ? {} : { isTold }), onFailure: (failure) => (seen.failure = failure) },
  );
}

/** Says whether an instance runs; one that has told that it is ready does too. */
export function isRunning({ status_code }: Pick<InstanceState, "status_code">): boolean {
  return status_code === statusCode.running || status_code === statusCode.ready;
}

/** The error of a wait for an instance that is not there. */
export function goneDuring(wait: Pick<Wait, "name" | "what">): ServerError {
  return new ServerError(`${wait.name} is gone`, {
    code: "CONTAINER_NOT_FOUND",
    step: stepOf(wait),
    hint: "It was deleted, or there never was an instance of that name in this project.",
  });
}

/** The error of a wait for something that only a running instance can have. */
export function stoppedDuring(wait: Pick<Wait, "name" | "what">): ServerError {
  return new ServerError(`${wait.name} does not run, while ${wait.what} was waited for`, {
    code: "CONTAINER_NOT_RUNNING",
    step: stepOf(wait),
    hint: "Look at the container's console log.",
  });
}

function stepOf({ name, what }: Pick<Wait, "name" | "what">): string {
  return `wait for ${what} of ${name}`;
}

function sighting({ seen }: Wait, { seen: describe }: WaitTimeout): string {
  const { state, failure } = seen;
  const status = state === undefined ? [] : [[`status ${state.status}`, describe?.(state)].filter(Boolean).join("; ")];
  const trouble = failure === undefined ? [] : [errorText(failure)];
  return [...status, ...trouble].join("; ") || "nothing";
}
