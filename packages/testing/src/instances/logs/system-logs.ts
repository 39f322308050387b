import { join } from "node:path";
import type { FakeState } from "../../core/fake-state.ts";
import type { InstanceRecord, LogRecord } from "../../core/records.ts";
import { neverUsed } from "../../core/wire-time.ts";
import { logFolder } from "./log-files.ts";

/**
 * A log that the container's own program writes: `lxc.log`, which is empty until the first start, and on LXD `lxc.conf`,
 * which comes with it. Undefined for other names.
 */
export function systemLog(state: FakeState, instance: InstanceRecord, file: string): LogRecord | undefined {
  const wasStarted = instance.lastUsedAt !== neverUsed;
  const modifiedAt = Date.parse(wasStarted ? instance.lastUsedAt : instance.createdAt);
  if (file === "lxc.log") return { content: wasStarted ? warning(instance) : "", modifiedAt };
  if (file !== "lxc.conf" || state.flavour !== "lxd" || !wasStarted) return undefined;
  const folder = logFolder(state, instance);
  const lines = [
    `lxc.log.file = ${join(folder, "lxc.log")}`,
    "lxc.log.level = warn",
    "lxc.console.buffer.size = auto",
    "lxc.console.size = auto",
    `lxc.console.logfile = ${join(folder, "console.log")}`,
    `lxc.uts.name = ${instance.name}`,
  ];
  return { content: `${lines.join("\n")}\n`, modifiedAt };
}

function warning({ name, lastUsedAt }: InstanceRecord): string {
  const digits = lastUsedAt.replace(/\D/g, "");
  const time = `${digits.slice(0, 14)}.${digits.slice(14, 17).padEnd(3, "0")}`;
  return `lxc ${name} ${time} WARN     conf - ../src/lxc/conf.c:lxc_map_ids:3621 - newuidmap binary is missing\n`;
}
