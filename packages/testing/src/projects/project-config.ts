import type { FakeState } from "../core/fake-state.ts";
import {
  anyText,
  boolean,
  byteSize,
  configProblem,
  type ConfigRules,
  integer,
  oneOf,
  uint32,
} from "../core/config-rules.ts";
import type { Config } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";

const allowed = oneOf("block", "allow");

const shared: ConfigRules = {
  "backups.compression_algorithm": anyText,
  "features.images": boolean,
  "features.networks": boolean,
  "features.profiles": boolean,
  "features.storage.volumes": boolean,
  "images.auto_update_cached": boolean,
  "images.auto_update_interval": integer,
  "images.compression_algorithm": anyText,
  "images.default_architecture": anyText,
  "images.remote_cache_expiry": integer,
  "limits.containers": uint32,
  "limits.cpu": uint32,
  "limits.disk": byteSize,
  "limits.instances": uint32,
  "limits.memory": byteSize,
  "limits.networks": uint32,
  "limits.processes": uint32,
  "limits.virtual-machines": uint32,
  restricted: boolean,
  "restricted.backups": allowed,
  "restricted.cluster.groups": anyText,
  "restricted.cluster.target": allowed,
  "restricted.containers.interception": oneOf("allow", "block", "full"),
  "restricted.containers.lowlevel": allowed,
  "restricted.containers.nesting": allowed,
  "restricted.containers.privilege": oneOf("allow", "unprivileged", "isolated"),
  "restricted.devices.disk": oneOf("block", "allow", "managed"),
  "restricted.devices.disk.paths": anyText,
  "restricted.devices.gpu": allowed,
  "restricted.devices.infiniband": allowed,
  "restricted.devices.nic": oneOf("block", "allow", "managed"),
  "restricted.devices.pci": allowed,
  "restricted.devices.proxy": allowed,
  "restricted.devices.unix-block": allowed,
  "restricted.devices.unix-char": allowed,
  "restricted.devices.unix-hotplug": allowed,
  "restricted.devices.usb": allowed,
  "restricted.idmap.gid": anyText,
  "restricted.idmap.uid": anyText,
  "restricted.networks.access": anyText,
  "restricted.networks.subnets": anyText,
  "restricted.networks.uplinks": anyText,
  "restricted.networks.zones": anyText,
  "restricted.snapshots": allowed,
  "restricted.virtual-machines.lowlevel": allowed,
};

const incus: ConfigRules = {
  ...shared,
  "features.networks.zones": boolean,
  "features.storage.buckets": boolean,
  "limits.disk.pool.*": byteSize,
  "restricted.networks.integrations": anyText,
};

/** Refuses keys that a project does not have and values that make no sense. */
export function checkProjectConfig(state: FakeState, config: Config): void {
  const problem = configProblem(config, state.flavour === "lxd" ? shared : incus);
  if (problem === undefined) return checkRestricted(config);
  const about = `Invalid project configuration key "${problem.key}"`;
  throw new Refusal(400, problem.kind === "unknown" ? about : `${about} value: ${problem.reason}`);
}

/** What is restricted is looked up in profiles, so a restricted project has its own. */
function checkRestricted(config: Config): void {
  const isOn = (key: string): boolean => /^(?:true|1|yes|on)$/i.test(config[key] ?? "");
  if (!isOn("restricted") || config["features.profiles"] !== "false") return;
  throw new Refusal(400, "Projects without their own profiles cannot be restricted");
}
