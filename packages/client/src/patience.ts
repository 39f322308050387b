import { setTimeout as pause } from "node:timers/promises";
import { LxdkitError } from "@lxdkit/protocol";
import type { ApiError } from "@lxdkit/transport";
import { isAway } from "./is-away.ts";

const firstPauseMs = 50;
const longestPauseMs = 1_000;

/** How a server is treated that does not answer rightly for a while. */
export interface Patience {
  /** The server is there; the time of its absence begins anew. */
  contact(): void;
  /** Rests after a failure, longer each time; throws it when waiting does not mend it, or not in time. */
  endure(failure: unknown): Promise<void>;
  /** Rests before the server is asked again. */
  rest(): Promise<void>;
}

/** Makes patience with a server that may be away for so many milliseconds at a time. */
export function createPatience(lostTimeoutMs: number, signal: AbortSignal | undefined): Patience {
  let lostAt: number | undefined;
  let pauseMs = firstPauseMs;
  const rest = async (atMostMs = Number.POSITIVE_INFINITY): Promise<void> => {
    try {
      await pause(Math.min(pauseMs, atMostMs), undefined, { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
  };
  return {
    contact() {
      lostAt = undefined;
    },
    async endure(failure) {
      signal?.throwIfAborted();
      lostAt ??= performance.now();
      const left = lostAt + lostTimeoutMs - performance.now();
      if (!mayPass(failure) || left <= 0) throw failure;
      await rest(left);
    },
    rest: () => rest(),
  };
}

/**
 * Says whether a failure of a reading may be over soon: the server is away, hangs, or cannot do now what it can do.
 * Members of a cluster answer 500 for one that is away, servers that start also for what they have not loaded yet.
 */
function mayPass(error: unknown): boolean {
  if (isAway(error)) return true;
  if (!LxdkitError.is(error)) return false;
  const { code, status = 0 } = error as Partial<ApiError>;
  return code === "TIMEOUT" || (status >= 500 && status !== 501);
}
