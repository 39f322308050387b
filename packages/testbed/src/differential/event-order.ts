import type { HeardEvent } from "./exchange.ts";

interface OperationMetadata {
  readonly id?: string;
  readonly class?: string;
  readonly description?: string;
  readonly status?: string;
  readonly status_code?: number;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
}

/** Brings what several threads of a real server tell in any order into one. */
export function inOrder(events: readonly HeardEvent[]): readonly HeardEvent[] {
  return stopsFirst(startsFirst(fewSteps(withStarts(cancelledOnce(events)))));
}

/** An operation as it was when it began: one that ends at once is sometimes ended before the server has told of it. */
export function begun<T extends object>(operation: T): T {
  return { ...operation, status: "Running", status_code: 103, err: "", metadata: null };
}

/** Whether an operation has ended. */
export function hasEnded({ status_code: code }: OperationMetadata): boolean {
  return code !== undefined && code >= 200;
}

function operationOf({ type, metadata }: HeardEvent): OperationMetadata {
  return type === "operation" ? (metadata as OperationMetadata) : {};
}

/**
 * That a session is cancelled is told by two threads, before and behind it and each as it finds it: the end is put where
 * the first of it was told.
 */
function cancelledOnce(events: readonly HeardEvent[]): readonly HeardEvent[] {
  const told = new Map<string, HeardEvent[]>();
  for (const event of events) {
    const { id = "", class: kind, status = "" } = operationOf(event);
    if (kind !== "websocket" || !/^Cancell(?:ing|ed)$/.test(status)) continue;
    told.set(id, [...(told.get(id) ?? []), event]);
  }
  const ends = new Map([...told.values()].map((steps) => [steps[0], steps.findLast(isCancelled) ?? steps[0]]));
  const steps = new Set([...told.values()].flat());
  return events.flatMap((event) => (steps.has(event) ? (ends.get(event) ?? []) : [event]));
}

function isCancelled(event: HeardEvent): boolean {
  return operationOf(event).status === "Cancelled";
}

/**
 * What is told twice to have ended began the first time, or, where it was told to have begun, told of a step that nobody
 * could see any more.
 */
function withStarts(events: readonly HeardEvent[]): readonly HeardEvent[] {
  const ended = events.filter((event) => hasEnded(operationOf(event)));
  const running = new Set(
    events.map(operationOf).flatMap(({ id, status }) => (status === "Running" && id !== undefined ? [id] : [])),
  );
  return events.flatMap((event) => {
    const { id = "" } = operationOf(event);
    const [first, ...others] = ended.filter((other) => operationOf(other).id === id);
    if (event !== first || others.length === 0) return [event];
    return running.has(id) ? [] : [{ ...event, metadata: begun(operationOf(event)) }];
  });
}

/**
 * Leaves of the steps of a download or an unpacking the last alone, and nothing of those that tell nothing: how many
 * there are depends on the machine.
 */
function fewSteps(events: readonly HeardEvent[]): readonly HeardEvent[] {
  const steps = new Map<string, HeardEvent>();
  const stepOf = (event: HeardEvent): string | undefined => {
    const { id = "", status, metadata } = operationOf(event);
    if (status !== "Running" || metadata === null || metadata === undefined) return undefined;
    const keys = Object.keys(metadata);
    const key = keys.length === 0 ? "nothing" : keys.find((name) => name.endsWith("_progress"));
    return key === undefined ? undefined : `${id} ${key}`;
  };
  for (const event of events) {
    const step = stepOf(event);
    if (step !== undefined && !step.endsWith(" nothing")) steps.set(step, event);
  }
  const kept = new Set(steps.values());
  return events.filter((event) => stepOf(event) === undefined || kept.has(event));
}

/**
 * That an operation runs is told by one thread and how it goes on by another, so it is put right behind what tells of its
 * beginning.
 */
function startsFirst(events: readonly HeardEvent[]): readonly HeardEvent[] {
  const started = new Map<string, HeardEvent>();
  for (const event of events) {
    const { id, status } = operationOf(event);
    if (id !== undefined && status === "Running" && !started.has(id)) started.set(id, event);
  }
  const moved = new Set(started.values());
  return events.flatMap((event) => {
    if (moved.has(event)) return [];
    const { id, status } = operationOf(event);
    const running = status === "Pending" && id !== undefined ? started.get(id) : undefined;
    return running === undefined ? [event] : [event, running];
  });
}

/** A start that failed has stopped what it had started. */
function stopsFirst(events: readonly HeardEvent[]): readonly HeardEvent[] {
  const isFailed = (event: HeardEvent | undefined): boolean => {
    const { description, status } = event === undefined ? {} : operationOf(event);
    return description === "Starting instance" && status === "Failure";
  };
  const isStop = (event: HeardEvent | undefined): boolean => {
    const { action } = (event?.metadata ?? {}) as { readonly action?: string };
    return event?.type === "lifecycle" && action === "instance-shutdown";
  };
  return events.flatMap((event, index) => {
    if (isFailed(event) && isStop(events[index + 1])) return [events[index + 1] ?? event, event];
    return isStop(event) && isFailed(events[index - 1]) ? [] : [event];
  });
}
