import type { Clock } from "../../core/clock.ts";
import type { InstanceRecord } from "../../core/records.ts";

/** Somebody who looks at a console. */
export interface ConsoleViewer {
  show(bytes: Buffer): void;
  /** The instance was stopped. */
  ended(): void;
}

/** The consoles of all instances: who looks at them, and what was written to them. */
export interface Consoles {
  /** Begins an empty log with what the instance writes when it starts. */
  start(instance: InstanceRecord): void;
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
  const consoles: Consoles = {
    start(instance) {
      const lines = bootLog(instance.name);
      instance.consoleLog = undefined;
      if (lines !== "") consoles.write(instance, lines);
    },
    stop(instance) {
      for (const viewer of viewers.get(instance) ?? []) viewer.ended();
      viewers.delete(instance);
      instance.consoleLog ??= { content: "", modifiedAt: clock.now() };
    },
    write(instance, text) {
      const bytes = Buffer.from(text);
      keep(instance, (instance.consoleLog?.content ?? "") + bytes.toString("latin1").replaceAll("\n", "\r\n"));
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
  return consoles;
}
