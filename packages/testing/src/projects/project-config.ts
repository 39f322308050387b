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
  type ValueRule,
} from "../core/config-rules.ts";
import type { Config } from "../core/records.ts";
import { incusCompression, lxdCompression } from "../server/server-config.ts";
import { Refusal } from "../core/refusal.ts";

const architectures = [
  ...["i686", "x86_64", "armv6l", "armv7l", "armv8l", "aarch64", "ppc", "ppc64", "ppc64le", "s390x"],
  ...["mips", "mips64", "riscv32", "riscv64"],
];

const allowed = oneOf("block", "allow");

/** A list of numbers and ranges of numbers. */
const idRanges: ValueRule = (value) => {
  for (const item of value.split(",").map((text) => text.trim())) {
    const [first = "", last = first] = item.split("-");
    const bad = [first, last].find((text) => !/^\d+$/.test(text));
    if (bad !== undefined) return `Item "${item}": Invalid number "${bad}"`;
    if (last !== first && Number(first) >= Number(last)) {
      return `Item "${item}": Start number ${first} must be lower than end number ${last}`;
    }
  }
  return undefined;
};

const paths: ValueRule = (value) => {
  const bad = value.split(",").find((path) => !path.trim().startsWith("/"));
  return bad === undefined ? undefined : `Item "${bad.trim()}": Must be absolute file path`;
};

/** Subnets of uplinks, none of which the fake has. */
const subnets: ValueRule = (value) => {
  const [first = ""] = value.split(",");
  const [uplink = "", subnet] = first.trim().split(":");
  return subnet === undefined
    ? `Subnet "${first.trim()}" invalid, must be in the format of "<uplink network>:<subnet>"`
    : `Invalid uplink network "${uplink}": Network not found`;
};

const groups: ValueRule = (value) => `Cluster group "${value.split(",")[0] ?? ""}" doesn't exist`;

const shared: ConfigRules = {
  "backups.compression_algorithm": lxdCompression,
  "features.images": boolean,
  "features.networks": boolean,
  "features.profiles": boolean,
  "features.storage.volumes": boolean,
  "images.auto_update_cached": boolean,
  "images.auto_update_interval": integer,
  "images.compression_algorithm": lxdCompression,
  "images.default_architecture": oneOf(...architectures),
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
  "restricted.devices.disk.paths": paths,
  "restricted.devices.gpu": allowed,
  "restricted.devices.infiniband": allowed,
  "restricted.devices.nic": oneOf("block", "allow", "managed"),
  "restricted.devices.pci": allowed,
  "restricted.devices.proxy": allowed,
  "restricted.devices.unix-block": allowed,
  "restricted.devices.unix-char": allowed,
  "restricted.devices.unix-hotplug": allowed,
  "restricted.devices.usb": allowed,
  "restricted.idmap.gid": idRanges,
  "restricted.idmap.uid": idRanges,
  "restricted.networks.access": anyText,
  "restricted.networks.subnets": subnets,
  "restricted.networks.uplinks": anyText,
  "restricted.networks.zones": anyText,
  "restricted.snapshots": allowed,
  "restricted.virtual-machines.lowlevel": allowed,
};

const incus: ConfigRules = {
  ...shared,
  "backups.compression_algorithm": incusCompression,
  "images.compression_algorithm": incusCompression,
  "images.default_architecture": oneOf(...architectures, "loongarch64"),
  "restricted.cluster.groups": groups,
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
