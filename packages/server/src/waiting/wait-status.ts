import { type InstanceState, LxdkitError, statusCode, statusNames } from "@lxdkit/protocol";
import type { StatePoller } from "./state-poller.ts";
import { goneDuring, untilSeen, type WaitOptions, waitWithin } from "./wait-within.ts";

const defaultTimeoutMs = 60_000;

/** After so long a stop counts as done without its event too. */
const stopEventMs = 2_000;

/** How a wait for the end of an instance ended: it is stopped, or it went away as ephemeral ones do. */
export type StoppedOutcome = "stopped" | "gone";

/**
 * Waits until an instance has one of these statuses, by name as in `Running`, and gives its state. One that is `Ready`
 * counts as `Running` too. A status that it has for a moment only may be missed.
 *
 * @throws {LxdkitError} `BAD_STATUS` for a name that no status has, before any request.
 * @throws {ServerError} `STATUS_TIMEOUT` telling what was seen, `CONTAINER_NOT_FOUND` when it is gone.
 */
export async function waitForStatus(
  poller: StatePoller,
  name: string,
  status: string | readonly string[],
  { timeoutMs = defaultTimeoutMs, signal }: WaitOptions = {},
): Promise<InstanceState> {
  const wanted = codesOf([status].flat());
  const text = [status].flat().join(" or ");
  const timedOut = {
    code: "STATUS_TIMEOUT",
    message: `${name} is not ${text}`,
    hint: "Look at its console log, or wait longer.",
  };
  return waitWithin(poller, name, `the status ${text}`, { timeoutMs, signal }, timedOut, (wait) => {
    const stop = watchStop();
    return untilSeen(
      wait,
      (state, heard) => {
        if (state === undefined) throw goneDuring(wait);
        return stop.isDone(state, heard) && wanted.has(state.status_code) ? state : undefined;
      },
      { isTold: () => !stop.isPending() },
    );
  });
}

/**
 * Waits until an instance is stopped. An ephemeral one is gone then.
 *
 * @throws {ServerError} `STATUS_TIMEOUT` telling what was seen, `CONTAINER_NOT_FOUND` when there was none from the
 * start.
 */
export async function waitForStopped(
  poller: StatePoller,
  name: string,
  { timeoutMs = defaultTimeoutMs, signal }: WaitOptions = {},
): Promise<StoppedOutcome> {
  const timedOut = {
    code: "STATUS_TIMEOUT",
    message: `${name} is not Stopped`,
    hint: "What runs in it may not heed the request to shut down; a forced stop ends it.",
  };
  return waitWithin(poller, name, "the end", { timeoutMs, signal }, timedOut, (wait) => {
    const stop = watchStop();
    let wasThere = false;
    return untilSeen(
      wait,
      (state, heard): StoppedOutcome | undefined => {
        if (state === undefined) {
          if (wasThere) return "gone";
          throw goneDuring(wait);
        }
        wasThere = true;
        return stop.isDone(state, heard) && state.status_code === statusCode.stopped ? "stopped" : undefined;
      },
      { isTold: () => !stop.isPending() },
    );
  });
}

/** Watches whether the server is done with a stop. */
interface StopWatch {
  /** Is shown each state, and says whether no stop is under way. */
  isDone(state: InstanceState, heard: string | undefined): boolean;
  /** Says whether a stop was seen whose event has not come. */
  isPending(): boolean;
}

/**
 * Makes a {@link StopWatch}. Servers show `Stopped` a moment before they are done with a stop, and refuse to start or
 * delete the instance in that moment. The event comes afterwards.
 */
function watchStop(): StopWatch {
  let hasRun = false;
  let stoppedAt: number | undefined;
  return {
    isDone({ status_code }, heard) {
      if (status_code !== statusCode.stopped) {
        hasRun = true;
        stoppedAt = undefined;
        return true;
      }
      stoppedAt ??= performance.now();
      const isTold = heard !== undefined && /-(?:stopped|shutdown)$/.test(heard);
      return !hasRun || isTold || performance.now() - stoppedAt >= stopEventMs;
    },
    isPending: () => hasRun && stoppedAt !== undefined,
  };
}

function codesOf(names: readonly string[]): ReadonlySet<number> {
  const codes = names.map((name) => {
    const found = Object.entries(statusNames).find(([code, text]) => text === name && Number(code) < 200);
    if (found !== undefined) return Number(found[0]);
    throw new LxdkitError(`there is no status ${name}`, {
      code: "BAD_STATUS",
      hint: "Write it as servers do, for example Running, Stopped or Frozen.",
    });
  });
  return new Set(codes.includes(statusCode.running) ? [...codes, statusCode.ready] : codes);
}
