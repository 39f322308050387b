import { join } from "node:path";
import type { FakeState } from "../../core/fake-state.ts";
import type { InstanceRecord, LogRecord } from "../../core/records.ts";

/** The folder of the instance's logs on the machine of the server, as texts name it. */
export function logFolder({ directory }: FakeState, instance: Pick<InstanceRecord, "name" | "project">): string {
  return join(directory, "logs", folderName(instance));
}

/** The folder of the outputs that Incus keeps. */
export function execFolder({ directory }: FakeState, instance: Pick<InstanceRecord, "name" | "project">): string {
  return join(directory, "containers", folderName(instance), "exec-output");
}

function folderName({ name, project }: Pick<InstanceRecord, "name" | "project">): string {
  return project === "default" ? name : `${project}_${name}`;
}

/** A log file that is being written. */
export interface LogFile {
  /** Where clients find it. */
  readonly url: string;
  append(bytes: Buffer): void;
}

/** Makes an empty file for an output of a command that nobody is connected to. */
export function openExecLog(state: FakeState, instance: InstanceRecord, name: string): LogFile {
  const put = (content: string): void => {
    instance.logs = { ...instance.logs, [name]: { content, modifiedAt: state.clock.now() } };
  };
  put("");
  return {
    // Neither family tells the project.
    url: `/1.0/instances/${instance.name}/logs/${state.flavour === "lxd" ? "" : "exec-output/"}${name}`,
    append: (bytes) => put((instance.logs?.[name]?.content ?? "") + bytes.toString("latin1")),
  };
}

/** A file that was written, by its name. */
export function findLog({ logs = {} }: InstanceRecord, name: string): LogRecord | undefined {
  return Object.hasOwn(logs, name) ? logs[name] : undefined;
}

/** Removes a file. */
export function removeLog(instance: InstanceRecord, name: string): void {
  const { [name]: _, ...rest } = instance.logs ?? {};
  instance.logs = rest;
}

/** Whether it is a name that outputs of commands have. */
export function isExecLog(name: string): boolean {
  return /^exec_.*\.(?:stdout|stderr)$/.test(name);
}
