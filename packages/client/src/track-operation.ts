import { isFinalStatus, type Operation } from "@lxdkit/protocol";
import { abortable } from "@lxdkit/transport";
import type { EventHub } from "./event-hub.ts";

/** Follows one operation through the events of a hub. */
export interface OperationTracker {
  /** The furthest state known. */
  readonly latest: Operation;
  /** Takes in a state that was read. */
  update(operation: Operation): void;
  /** Resolves when the operation ended or events may have been missed. */
  finalOrLost(signal: AbortSignal | undefined): Promise<void>;
  stop(): void;
}

/** Starts to follow `operation`. */
export function trackOperation(
  hub: EventHub,
  operation: Operation,
  onUpdate: ((operation: Operation) => void) | undefined,
): OperationTracker {
  let latest = further(operation, hub.lastSeen(operation.id));
  let isLost = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => undefined;
  const stop = hub.listen({
    onOperation(next) {
      if (next.id !== operation.id) return;
      latest = further(latest, next);
      try {
        onUpdate?.(latest);
      } catch (error) {
        failure = { error };
      }
      wake();
    },
    onLost() {
      isLost = true;
      wake();
    },
  });
  return {
    get latest() {
      return latest;
    },
    update(next) {
      latest = further(latest, next);
    },
    async finalOrLost(signal) {
      const isDone = (): boolean => failure !== undefined || isLost || isFinalStatus(latest.status_code);
      while (!isDone()) await abortable(new Promise<void>((resolve) => (wake = resolve)), signal);
      if (failure !== undefined) throw failure.error;
      isLost = false;
    },
    stop,
  };
}

/** Of two states of one operation, the one that is further on: the end is never left again. */
function further(known: Operation, next: Operation | undefined): Operation {
  return next === undefined || isFinalStatus(known.status_code) ? known : next;
}
