import { isFinalStatus, type Operation } from "@lxdkit/protocol";
import { abortable } from "@lxdkit/transport";
import type { EventHub } from "./event-hub.ts";

/** Follows one operation through the events of a hub. */
export interface OperationTracker {
  /** The furthest state known. */
  readonly latest: Operation;
  /** Takes in a state that was read. */
  update(operation: Operation): void;
  /**
   * Resolves to true when the operation ended or events may have been missed, to false when no event has told of it for
   * so many milliseconds.
   */
  news(quietMs: number, signal: AbortSignal | undefined): Promise<boolean>;
  /** Throws what the listener threw. */
  throwIfFailed(): void;
  stop(): void;
}

/** Starts to follow `operation`. */
export function trackOperation(
  hub: EventHub,
  operation: Operation,
  onUpdate: ((operation: Operation) => void) | undefined,
): OperationTracker {
  let latest = further(operation, hub.lastSeen(operation.id));
  let heardAt = performance.now();
  let isLost = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => undefined;
  const isNews = (): boolean => failure !== undefined || isLost || isFinalStatus(latest.status_code);
  const stop = hub.listen({
    onOperation(next) {
      if (next.id !== operation.id) return;
      latest = further(latest, next);
      heardAt = performance.now();
      try {
        onUpdate?.(latest);
      } catch (error) {
        failure ??= { error };
      }
      if (isNews()) wake();
    },
    onLost() {
      isLost = true;
      wake();
    },
  });
  const newsOrQuiet = (quietMs: number): Promise<void> => {
    heardAt = performance.now();
    return new Promise((resolve) => {
      const look = (): void => {
        const left = heardAt + quietMs - performance.now();
        if (left > 0) timer = setTimeout(look, left).unref();
        else resolve();
      };
      let timer = setTimeout(look, quietMs).unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  return {
    get latest() {
      return latest;
    },
    update(next) {
      latest = further(latest, next);
    },
    async news(quietMs, signal) {
      if (!isNews()) await abortable(newsOrQuiet(quietMs), signal);
      const isThere = isNews();
      isLost = false;
      return isThere;
    },
    throwIfFailed() {
      if (failure !== undefined) throw failure.error;
    },
    stop() {
      wake();
      stop();
    },
  };
}

/** Of two states of one operation, the one that is further on: the end is never left again. */
function further(known: Operation, next: Operation | undefined): Operation {
  return next === undefined || isFinalStatus(known.status_code) ? known : next;
}
