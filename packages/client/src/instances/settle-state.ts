import { type Instance, type InstanceStatePut, lifecycleEventSchema, type Operation, readTime } from "@lxdkit/protocol";
import { abortable } from "@lxdkit/transport";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import type { Settle } from "../operation-handle.ts";
import { find } from "./settle-instance.ts";

/** How long what is waited for, in milliseconds. */
export interface SettleLimits {
  /** For a server that starts to bring back what ran before. */
  readonly restoreMs: number;
  /** For an instance that is on its way to a state to arrive. */
  readonly changeMs: number;
  /** For helper programs of the server that outlived it to show what they still do. */
  readonly helperMs: number;
  /** Between two looks where events tell nothing. */
  readonly lookMs: number;
}

const defaultLimits: SettleLimits = { restoreMs: 60_000, changeMs: 10_000, helperMs: 2_000, lookMs: 2_000 };

/** What an instance says about a change of its state. */
interface Verdict {
  /** Undefined when it cannot be told. */
  readonly isDone: boolean | undefined;
  /** Milliseconds for which the instance must stay as it is before that counts. */
  readonly staysMs: number;
}

/**
 * For a change of an instance's state. What a server did when it died is not always what it leads to: when it starts
 * again it starts the instances that ran before, so one whose stop was cut short may run in the end. Therefore this
 * looks until the instance stays as it is.
 */
export function settleState(
  context: ClientContext,
  name: string,
  change: InstanceStatePut,
  options: CallOptions,
  limits: SettleLimits = defaultLimits,
): Settle {
  return async (signal, operation) => {
    const begun = performance.now();
    const changes = listenTo(context, name);
    try {
      for (;;) {
        const instance = await find(context, name, options, signal);
        const { isDone, staysMs } = judge(instance, { ...change, operation, limits });
        const left = begun + staysMs - performance.now();
        if (left <= 0) return isDone;
        await changes.next(Math.min(left, limits.lookMs), signal);
      }
    } finally {
      changes.stop();
    }
  };
}

const wanted: Readonly<Record<InstanceStatePut["action"], readonly string[]>> = {
  start: ["Running", "Ready"],
  stop: ["Stopped"],
  restart: ["Running", "Ready"],
  freeze: ["Frozen"],
  unfreeze: ["Running", "Ready"],
};

const passing: ReadonlySet<string> = new Set(["Starting", "Stopping", "Aborting"]);

/** A change of state and what is known of it. */
interface KnownChange extends InstanceStatePut {
  readonly operation: Operation | undefined;
  readonly limits: SettleLimits;
}

function judge(instance: Instance | undefined, change: KnownChange): Verdict {
  const { action, force, timeout, operation, limits } = change;
  // An ephemeral instance is removed when it stops.
  if (instance === undefined) return { isDone: action === "stop", staysMs: 0 };
  const { status } = instance;
  if (status === "Stopped" && isRestored(instance)) return { isDone: undefined, staysMs: limits.restoreMs };
  if (passing.has(status)) return { isDone: false, staysMs: limits.changeMs };
  const hasRun = ranSince(instance, operation);
  if (wanted[action].includes(status)) return { isDone: action !== "restart" || hasRun, staysMs: 0 };
  // The instance may have been told to stop, and takes its time; once it was started again that is over.
  const isStopping = action === "stop" && !force && hasRun !== true;
  const patienceMs = Math.min(timeout < 0 ? Number.POSITIVE_INFINITY : timeout * 1_000, limits.restoreMs);
  return { isDone: false, staysMs: isStopping ? Math.max(patienceMs, limits.helperMs) : limits.helperMs };
}

/** Says whether a server starts this instance when it starts itself. */
function isRestored({ config, expanded_config }: Instance): boolean {
  const autostart = expanded_config["boot.autostart"]?.toLowerCase() ?? "";
  if (["true", "1", "yes", "on"].includes(autostart)) return true;
  return ["", "last-state"].includes(autostart) && config["volatile.last_state.power"] === "RUNNING";
}

/** Says whether the instance was started after the operation began, both by the server's clock. */
function ranSince({ last_used_at }: Instance, operation: Operation | undefined): boolean | undefined {
  const [used, created] = [readTime(last_used_at), readTime(operation?.created_at)];
  return used === undefined || created === undefined ? undefined : used > created;
}

/** Hears of an instance by lifecycle events. */
function listenTo({ hub }: ClientContext, name: string) {
  let isHeard = false;
  let wake = (): void => undefined;
  const stop = hub.listen({
    onEvent({ type, metadata }) {
      const source = type === "lifecycle" ? lifecycleEventSchema.safeParse(metadata).data?.source : undefined;
      if (source?.split(/[/?]/).includes(encodeURIComponent(name)) !== true) return;
      isHeard = true;
      wake();
    },
  });
  return {
    stop,
    /** Resolves when something was heard since it was called last, or after so many milliseconds. */
    async next(atMostMs: number, signal: AbortSignal | undefined): Promise<void> {
      let timer: NodeJS.Timeout | undefined;
      const heard = new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, atMostMs);
      });
      try {
        if (!isHeard) await abortable(heard, signal);
      } finally {
        clearTimeout(timer);
        isHeard = false;
      }
    },
  };
}
