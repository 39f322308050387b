import { type Instance, type InstanceStatePut, lifecycleEventSchema, type Operation, readTime } from "@lxdkit/protocol";
import { abortable } from "@lxdkit/transport";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import type { Settle } from "../operation-handle.ts";
import { find } from "./settle-instance.ts";

/** Seconds in which a server that starts has brought back what ran before. */
const restoreSeconds = 60;
/** Seconds in which an instance that is on its way to a state arrives. */
const changeSeconds = 10;
/** Seconds in which a helper program of the server that outlived it shows what it still does. */
const helperSeconds = 2;
/** Milliseconds between two looks where events tell nothing. */
const lookMs = 2_000;

/** What an instance says about a change of its state. */
interface Verdict {
  /** Undefined when it cannot be told. */
  readonly isDone: boolean | undefined;
  /** Seconds for which the instance must stay as it is before that counts. */
  readonly staysFor: number;
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
): Settle {
  return async (signal, operation) => {
    const begun = performance.now();
    const changes = listenTo(context, name);
    try {
      for (;;) {
        const { isDone, staysFor } = judge(await find(context, name, options, signal), change, operation);
        const left = begun + staysFor * 1_000 - performance.now();
        if (left <= 0) return isDone;
        await changes.next(Math.min(left, lookMs), signal);
      }
    } finally {
      changes.stop();
    }
  };
}

const wanted: Readonly<Record<string, readonly string[]>> = {
  start: ["Running", "Ready"],
  stop: ["Stopped"],
  restart: ["Running", "Ready"],
  freeze: ["Frozen"],
  unfreeze: ["Running", "Ready"],
};

const passing: ReadonlySet<string> = new Set(["Starting", "Stopping", "Aborting"]);

function judge(
  instance: Instance | undefined,
  { action, force, timeout }: InstanceStatePut,
  operation: Operation | undefined,
): Verdict {
  // An ephemeral instance is removed when it stops.
  if (instance === undefined) return { isDone: action === "stop", staysFor: 0 };
  const { status } = instance;
  if (status === "Stopped" && isRestored(instance)) return { isDone: undefined, staysFor: restoreSeconds };
  if (passing.has(status)) return { isDone: false, staysFor: changeSeconds };
  if (wanted[action]?.includes(status) === true) {
    return { isDone: action !== "restart" || ranSince(instance, operation), staysFor: 0 };
  }
  // The instance may have been told to stop, and takes its time; once it was started again that is over.
  const isStopping = action === "stop" && !force && ranSince(instance, operation) !== true;
  const patience = timeout < 0 ? restoreSeconds : Math.min(timeout, restoreSeconds);
  return { isDone: false, staysFor: isStopping ? Math.max(patience, helperSeconds) : helperSeconds };
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
