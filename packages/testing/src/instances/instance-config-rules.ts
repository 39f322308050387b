import type { Flavour, InstanceType } from "@lxdkit/protocol";
import type { FakeState } from "../core/fake-state.ts";
import {
  anyText,
  boolean,
  byteSize,
  type ConfigRules,
  integer,
  oneOf,
  uint32,
  type ValueRule,
} from "../core/config-rules.ts";
import type { Config } from "../core/records.ts";
import { allowance, cpus, either, environment, expiry, memory, nodes, priority, yamlMap } from "./config-values.ts";
import { schedule } from "./cron-schedule.ts";
import { rawLxc } from "./raw-lxc.ts";
import { volatileRule } from "./volatile-rules.ts";

/** What a configuration belongs to; a profile may hold the keys of both types. */
export type ConfigOwner = InstanceType | "profile";

/** Keys of every instance. */
const both: ConfigRules = {
  "boot.autostart": boolean,
  "boot.autostart.delay": integer,
  "boot.autostart.priority": integer,
  "boot.host_shutdown_timeout": integer,
  "boot.stop.priority": integer,
  "cloud-init.network-config": yamlMap,
  "cloud-init.user-data": anyText,
  "cloud-init.vendor-data": anyText,
  "cluster.evacuate": oneOf("auto", "migrate", "live-migrate", "stop"),
  "environment.*": environment,
  "image.*": anyText,
  "limits.cpu": cpus({ hasZero: true }),
  "limits.disk.priority": priority,
  "limits.memory": memory,
  "raw.apparmor": anyText,
  "security.protection.delete": boolean,
  "snapshots.expiry": expiry,
  "snapshots.pattern": anyText,
  "snapshots.schedule": schedule,
  "snapshots.schedule.stopped": boolean,
};

const interceptions = ["bpf", "bpf.devices", "mknod", "mount", "mount.shift", "sched_setscheduler", "setxattr"];

/** Keys of containers alone. */
const containers: ConfigRules = {
  "limits.cpu.allowance": allowance,
  "limits.cpu.priority": priority,
  "limits.hugepages.1GB": byteSize,
  "limits.hugepages.1MB": byteSize,
  "limits.hugepages.2MB": byteSize,
  "limits.hugepages.64KB": byteSize,
  "limits.kernel.*": anyText,
  "limits.memory.enforce": oneOf("soft", "hard"),
  "limits.memory.swap": boolean,
  "limits.memory.swap.priority": priority,
  "limits.processes": integer,
  "linux.kernel_modules": anyText,
  "linux.sysctl.*": anyText,
  "migration.incremental.memory": boolean,
  "migration.incremental.memory.goal": uint32,
  "migration.incremental.memory.iterations": uint32,
  "nvidia.driver.capabilities": anyText,
  "nvidia.require.cuda": anyText,
  "nvidia.require.driver": anyText,
  "nvidia.runtime": boolean,
  "raw.idmap": anyText,
  "raw.lxc": rawLxc,
  "raw.seccomp": anyText,
  "security.idmap.base": uint32,
  "security.idmap.isolated": boolean,
  "security.idmap.size": uint32,
  "security.nesting": boolean,
  "security.privileged": boolean,
  "security.protection.shift": boolean,
  "security.syscalls.allow": anyText,
  "security.syscalls.blacklist": anyText,
  "security.syscalls.blacklist_compat": boolean,
  "security.syscalls.blacklist_default": boolean,
  "security.syscalls.deny": anyText,
  "security.syscalls.deny_compat": boolean,
  "security.syscalls.deny_default": boolean,
  ...Object.fromEntries(interceptions.map((name) => [`security.syscalls.intercept.${name}`, boolean])),
  "security.syscalls.intercept.mount.allowed": anyText,
  "security.syscalls.intercept.mount.fuse": anyText,
  "security.syscalls.whitelist": anyText,
};

/** Keys of virtual machines alone. */
const machines: ConfigRules = {
  "agent.nic_config": boolean,
  "limits.memory.hugepages": boolean,
  "raw.qemu": anyText,
  "raw.qemu.conf": anyText,
  "security.agent.metrics": boolean,
  "security.secureboot": boolean,
};

type Tables = Readonly<Record<"both" | "containers" | "machines", ConfigRules>>;

const families: Readonly<Record<Flavour, Tables>> = {
  lxd: {
    both: {
      ...both,
      "limits.network.priority": priority,
      "security.devlxd": boolean,
      "security.devlxd.images": boolean,
    },
    containers,
    machines: { ...machines, "migration.stateful": boolean },
  },
  incus: {
    both: {
      ...both,
      "boot.autorestart": boolean,
      "boot.host_shutdown_action": oneOf("stop", "force-stop", "stateful-stop"),
      "cluster.evacuate": oneOf("auto", "migrate", "live-migrate", "stop", "stateful-stop", "force-stop"),
      "limits.cpu": cpus({ hasZero: false }),
      "limits.cpu.nodes": either(nodes, (value) => (value === "balanced" ? undefined : value)),
      "migration.stateful": boolean,
      "security.guestapi": boolean,
    },
    containers: {
      ...containers,
      "limits.memory.swap": either(boolean, byteSize),
      "security.guestapi.images": boolean,
      "security.syscalls.intercept.sysinfo": boolean,
    },
    machines: {
      ...machines,
      "raw.qemu.qmp.early": anyText,
      "raw.qemu.qmp.post-start": anyText,
      "raw.qemu.qmp.pre-start": anyText,
      "raw.qemu.scriptlet": anyText,
      "security.csm": boolean,
      "security.iommu": boolean,
      "security.sev": boolean,
      "security.sev.policy.es": boolean,
      "security.sev.session.data": anyText,
      "security.sev.session.dh": anyText,
      "smbios11.*": anyText,
    },
  },
};

/** What is wrong with the configuration of an instance or a profile, in the servers' own words. */
export function instanceConfigProblem(
  state: Pick<FakeState, "flavour">,
  config: Config,
  owner: ConfigOwner,
): string | undefined {
  for (const [key, value] of Object.entries(config)) {
    if (key.startsWith("user.")) continue;
    if (owner === "profile" && key.startsWith("volatile.")) return "Volatile keys can only be set on instances";
    if (owner === "profile" && key.startsWith("image.")) return "Image keys can only be set on instances";
    const rule = ruleOf(state.flavour, key, owner);
    if (rule === undefined) return `Unknown configuration key: ${key}`;
    const reason = value === "" ? undefined : rule(value);
    if (reason !== undefined) return reason;
  }
  return combinationProblem(config);
}

function ruleOf(flavour: Flavour, key: string, owner: ConfigOwner): ValueRule | undefined {
  if (key.startsWith("volatile.")) return volatileRule(flavour, key, owner === "virtual-machine");
  const tables = families[flavour];
  return (
    ruleIn(tables.both, key) ??
    (owner === "virtual-machine" ? undefined : ruleIn(tables.containers, key)) ??
    (owner === "container" ? undefined : ruleIn(tables.machines, key))
  );
}

/** The rule of a key; a rule that ends in `*` is for all that begin so. */
function ruleIn(rules: ConfigRules, key: string): ValueRule | undefined {
  if (Object.hasOwn(rules, key)) return rules[key];
  const family = `${/^(?:environment|image|limits\.kernel|linux\.sysctl|smbios11)\./.exec(key)?.[0] ?? ""}*`;
  return Object.hasOwn(rules, family) ? rules[family] : undefined;
}

const allows = ["security.syscalls.allow", "security.syscalls.whitelist"];
const denies = ["", "_default", "_compat"].flatMap((end) => [
  `security.syscalls.deny${end}`,
  `security.syscalls.blacklist${end}`,
]);

/** What is wrong with keys that cannot be together. */
export function combinationProblem(config: Config): string | undefined {
  const isSet = (key: string): boolean => !/^(?:|false|0|no|off)$/i.test(config[key] ?? "");
  if (allows.some(isSet) && denies.some(isSet)) {
    return "security.syscalls.allow is mutually exclusive with security.syscalls.deny*";
  }
  if (isSet("raw.seccomp") && [...allows, ...denies].some(isSet)) {
    return "raw.seccomp is mutually exclusive with security.syscalls*";
  }
  if (isSet("nvidia.runtime") && isSet("security.privileged")) {
    return "nvidia.runtime is incompatible with privileged containers";
  }
  const mount = "security.syscalls.intercept.mount";
  const plain = listed(config[`${mount}.allowed`]);
  const twice = listed(config[`${mount}.fuse`]).find((item) => plain.includes(item.split("=")[0] ?? ""));
  if (twice === undefined) return undefined;
  return `Filesystem ${twice.split("=")[0] ?? ""} cannot appear in ${mount}.allowed and ${mount}.fuse`;
}

function listed(value = ""): readonly string[] {
  return value === "" ? [] : value.split(",");
}
