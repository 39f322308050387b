import { type Clock, pause } from "../core/clock.ts";
import { createFaultPlan, type FaultPlan, type FaultSchedule } from "../faults/fault-plan.ts";
import { rfc3339 } from "./rfc3339.ts";

/** A change that shall fail. */
export interface ChangeFault extends FaultSchedule {
  /** For example `install-snap`; any kind by default. */
  readonly kind?: string;
  /** Name of the snap; any by default. */
  readonly snap?: string;
  /** The kind of the task that fails, for example `download-snap`; the last one by default. */
  readonly task?: string;
  /** Text of the failure. */
  readonly message: string;
}

/** A step of a change. */
export interface TaskPlan {
  readonly kind: string;
  readonly summary: string;
}

/** What a change does. */
export interface ChangePlan {
  readonly kind: string;
  readonly summary: string;
  readonly snaps: readonly string[];
  readonly tasks: readonly TaskPlan[];
  /** Runs when all tasks are done. */
  done(): void;
}

interface Task extends TaskPlan {
  readonly id: string;
  status: string;
  done: number;
  readonly spawnedAt: string;
  readyAt: string | undefined;
  log: readonly string[];
}

/** A change as the API shows it. */
export interface Change {
  readonly id: string;
  readonly snaps: readonly string[];
  readonly kind: string;
  isReady(): boolean;
  view(): Readonly<Record<string, unknown>>;
  /** Undoes what is not ready; false when there is nothing left to undo. */
  abort(): boolean;
}

/** The changes of a fake snapd. */
export interface Changes {
  start(plan: ChangePlan): Change;
  find(id: string): Change | undefined;
  list(): readonly Change[];
  readonly faults: FaultPlan<ChangeFault, ChangePlan>;
}

/** Bytes that a download pretends to have. */
const downloadBytes = 95_000_000;

/** Makes {@link Changes} without any; each task takes `taskMs`. */
export function createChanges(clock: Clock, taskMs: number): Changes {
  const changes = new Map<string, Change>();
  const faults = createFaultPlan<ChangeFault, ChangePlan>(
    ({ kind, snap }, plan) =>
      (kind === undefined || kind === plan.kind) && (snap === undefined || plan.snaps.includes(snap)),
  );
  let lastTask = 0;
  const now = (): string => rfc3339(clock.now());

  function start(plan: ChangePlan): Change {
    const fault = faults.strike(plan);
    const id = String(changes.size + 1);
    const spawnedAt = now();
    const tasks = plan.tasks.map((task): Task => {
      const added = { id: String((lastTask += 1)), status: "Do", done: 0, readyAt: undefined, log: [] };
      return { ...task, ...added, spawnedAt };
    });
    const controller = new AbortController();
    let status = "Do";
    let err: string | undefined;
    let readyAt: string | undefined;

    const end = (how: "Done" | "Error" | "Undone"): void => {
      status = how;
      readyAt = now();
    };
    const undo = (failed: Task | undefined): void => {
      for (const task of tasks) {
        if (task === failed) continue;
        task.status = task.status === "Done" || task.status === "Doing" ? "Undone" : "Hold";
        task.readyAt = now();
      }
    };
    const run = async (): Promise<void> => {
      const failing = fault && (tasks.find(({ kind }) => kind === fault.task) ?? tasks.at(-1));
      status = "Doing";
      for (const task of tasks) {
        task.status = "Doing";
        await pause(clock, taskMs / 2, controller.signal);
        task.done = 0.5;
        await pause(clock, taskMs / 2, controller.signal);
        task.readyAt = now();
        if (task === failing) {
          const { message = "" } = fault ?? {};
          task.status = "Error";
          task.log = [`${now()} ERROR ${message}`];
          undo(task);
          err = `cannot perform the following tasks:\n- ${task.summary} (${message})`;
          return end("Error");
        }
        task.done = 1;
        task.status = "Done";
      }
      plan.done();
      end("Done");
    };

    const change: Change = {
      id,
      snaps: plan.snaps,
      kind: plan.kind,
      isReady: () => readyAt !== undefined,
      view: () => ({
        id,
        kind: plan.kind,
        summary: plan.summary,
        status,
        tasks: tasks.map(taskView),
        ready: readyAt !== undefined,
        ...(err === undefined ? {} : { err }),
        "spawn-time": spawnedAt,
        ...(readyAt === undefined ? {} : { "ready-time": readyAt }),
        ...(plan.snaps.length === 0 ? {} : { data: { "snap-names": plan.snaps } }),
      }),
      abort() {
        if (readyAt !== undefined) return false;
        controller.abort();
        undo(undefined);
        end("Undone");
        return true;
      },
    };
    changes.set(id, change);
    // An abort has said already how it ended.
    void run().catch(() => undefined);
    return change;
  }

  return { start, find: (id) => changes.get(id), list: () => [...changes.values()], faults };
}

function taskView(task: Task): Readonly<Record<string, unknown>> {
  const isDownload = task.kind === "download-snap";
  const total = isDownload ? downloadBytes : 1;
  const label = isDownload ? task.summary.replace(/^Download snap "([^"]*)".*$/, "$1") : "";
  return {
    id: task.id,
    kind: task.kind,
    summary: task.summary,
    status: task.status,
    ...(task.log.length === 0 ? {} : { log: task.log }),
    progress: { label, done: Math.floor(task.done * total), total },
    "spawn-time": task.spawnedAt,
    ...(task.readyAt === undefined ? {} : { "ready-time": task.readyAt }),
  };
}
