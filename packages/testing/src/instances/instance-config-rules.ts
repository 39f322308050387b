import type { FakeState } from "../core/fake-state.ts";
import { anyText, boolean, byteSize, configProblem, type ConfigRules, integer, oneOf } from "../core/config-rules.ts";
import type { Config } from "../core/records.ts";
import { isExpiry } from "./snapshots/snapshot-expiry.ts";

const percentOrSize = (value: string): string | undefined => (/^\d+%$/.test(value) ? undefined : byteSize(value));

const cpus = (value: string): string | undefined =>
  /^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(value) ? undefined : "Invalid CPU limit syntax";

const expiry = (value: string): string | undefined => (isExpiry(value) ? undefined : "Invalid expiry expression");

const schedule = (value: string): string | undefined =>
  value.split(/,\s+/).every((part) => /^(?:@\w+|\S+(?:\s+\S+){4})$/.test(part.trim()))
    ? undefined
    : "Schedule must be of the form: <minute> <hour> <day-of-month> <month> <day-of-week>";

const shared: ConfigRules = {
  "agent.nic_config": boolean,
  "boot.autostart": boolean,
  "boot.autostart.delay": integer,
  "boot.autostart.priority": integer,
  "boot.host_shutdown_timeout": integer,
  "boot.stop.priority": integer,
  "cloud-init.network-config": anyText,
  "cloud-init.user-data": anyText,
  "cloud-init.vendor-data": anyText,
  "cluster.evacuate": oneOf("auto", "migrate", "live-migrate", "stop"),
  "environment.*": anyText,
  "image.*": anyText,
  "limits.cpu": cpus,
  "limits.cpu.allowance": anyText,
  "limits.cpu.nodes": anyText,
  "limits.cpu.priority": integer,
  "limits.disk.priority": integer,
  "limits.hugepages.*": byteSize,
  "limits.kernel.*": anyText,
  "limits.memory": percentOrSize,
  "limits.memory.enforce": oneOf("soft", "hard"),
  "limits.memory.hugepages": boolean,
  "limits.memory.swap": anyText,
  "limits.memory.swap.priority": integer,
  "limits.network.priority": integer,
  "limits.processes": integer,
  "linux.kernel_modules": anyText,
  "linux.sysctl.*": anyText,
  "migration.incremental.memory": boolean,
  "migration.incremental.memory.goal": integer,
  "migration.incremental.memory.iterations": integer,
  "migration.stateful": boolean,
  "nvidia.driver.capabilities": anyText,
  "nvidia.require.cuda": anyText,
  "nvidia.require.driver": anyText,
  "nvidia.runtime": boolean,
  "raw.apparmor": anyText,
  "raw.idmap": anyText,
  "raw.lxc": anyText,
  "raw.qemu": anyText,
  "raw.qemu.conf": anyText,
  "raw.seccomp": anyText,
  "security.agent.metrics": boolean,
  "security.idmap.base": integer,
  "security.idmap.isolated": boolean,
  "security.idmap.size": integer,
  "security.nesting": boolean,
  "security.privileged": boolean,
  "security.protection.delete": boolean,
  "security.protection.shift": boolean,
  "security.secureboot": boolean,
  "security.sev*": anyText,
  "security.syscalls.*": anyText,
  "snapshots.expiry": expiry,
  "snapshots.pattern": anyText,
  "snapshots.schedule": schedule,
  "snapshots.schedule.stopped": boolean,
  "volatile.*": anyText,
};

const lxd: ConfigRules = { ...shared, "security.devlxd": boolean, "security.devlxd.images": boolean };

const incus: ConfigRules = {
  ...shared,
  "boot.autorestart": boolean,
  "boot.host_shutdown_action": oneOf("stop", "force-stop", "stateful-stop"),
  "cluster.evacuate": oneOf("auto", "migrate", "live-migrate", "stop", "force-stop", "stateful-stop"),
  "limits.memory.hotplug": anyText,
  "oci.*": anyText,
  "raw.qemu.qmp.*": anyText,
  "raw.qemu.scriptlet": anyText,
  "security.bpffs.*": anyText,
  "security.csm": boolean,
  "security.guestapi": boolean,
  "security.guestapi.images": boolean,
  "security.iommu": boolean,
  "snapshots.expiry.manual": expiry,
};

/** What is wrong with the configuration of an instance or a profile, in the servers' own words. */
export function instanceConfigProblem(state: Pick<FakeState, "flavour">, config: Config): string | undefined {
  const problem = configProblem(config, state.flavour === "lxd" ? lxd : incus);
  if (problem === undefined) return undefined;
  return problem.kind === "unknown" ? `Unknown configuration key: ${problem.key}` : problem.reason;
}
