import type { Clock } from "../../core/clock.ts";
import type { InstanceRecord, LogRecord } from "../../core/records.ts";

/** Somebody who looks at a console. */
export interface ConsoleViewer {
  show(bytes: Buffer): void;
  /** The instance was stopped. */
  ended(): void;
}

/** The consoles of all instances: who looks at them, and what was written to them. */
export interface Consoles {
  /** Begins a new log, with what the instance writes when it starts. */
  start(instance: InstanceRecord): void;
  /** What was written since the last start; undefined when the instance never was on. */
  logOf(instance: InstanceRecord): LogRecord | undefined;
  /** Tells those who look that there is nothing more to come. */
  stop(instance: InstanceRecord): void;
  /** Writes to the console, as the instance does, and as the echo of what is typed does. */
  write(instance: InstanceRecord, text: string): void;
  /** Adds a viewer; the function takes it away again. */
  attach(instance: InstanceRecord, viewer: ConsoleViewer): () => void;
}

/** What an instance writes to its console when it starts. */
export type BootLog = (name: string) => string;

/** The lines of a small system. */
export const usualBootLog: BootLog = (name) =>
  [
    "systemd 252 running in system mode",
    `Hostname set to <${name}>.`,
    "[  OK  ] Created slice User and Session Slice.",
    "[  OK  ] Started Journal Service.",
    "[  OK  ] Started Network Configuration.",
    "[  OK  ] Reached target Network.",
    "[  OK  ] Reached target Multi-User System.",
    "",
    `${name} login: `,
  ].join("\n");

/** Makes {@link Consoles} that nobody looks at. */
export function createConsoles(clock: Clock, bootLog: BootLog): Consoles {
  const viewers = new Map<InstanceRecord, Set<ConsoleViewer>>();
  const keep = (instance: InstanceRecord, content: string): void => {
    instance.consoleLog = { content, modifiedAt: clock.now() };
  };
  // The first lines are the same for all, so they are made when somebody wants to see them.
  const logOf = (instance: InstanceRecord): LogRecord | undefined => {
    const { consoleLog, power, name } = instance;
    if (consoleLog !== undefined || power === undefined) return consoleLog;
    return { content: latin1(bootLog(name)), modifiedAt: Date.parse(power.startedAt) };
  };
  return {
    start(instance) {
      instance.consoleLog = undefined;
    },
    logOf,
    stop(instance) {
      for (const viewer of viewers.get(instance) ?? []) viewer.ended();
      viewers.delete(instance);
      instance.consoleLog = logOf(instance);
    },
    write(instance, text) {
      const bytes = Buffer.from(text);
      keep(instance, (logOf(instance)?.content ?? "") + latin1(text));
      // Two terminals are in a row behind that of the instance, and each adds its own: measured on both families.
      const shown = Buffer.from(bytes.toString("latin1").replaceAll("\n", "\r\r\r\n"), "latin1");
      for (const viewer of viewers.get(instance) ?? []) viewer.show(shown);
    },
    attach(instance, viewer) {
      const present = viewers.get(instance) ?? new Set();
      viewers.set(instance, present.add(viewer));
      return () => void present.delete(viewer);
    },
  };
}

/** A text as a log keeps it: bytes as characters, and lines that end as on a terminal. */
function latin1(text: string): string {
  return Buffer.from(text).toString("latin1").replaceAll("\n", "\r\n");
}
