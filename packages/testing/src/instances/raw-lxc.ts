import type { ValueRule } from "../core/config-rules.ts";

/** Lines of LXC configuration: those alone that the server does not write itself. */
export const rawLxc: ValueRule = (value) => {
  for (const text of value.split("\n")) {
    const line = text.replace(/^[\t ]+/, "");
    if (text === "" || line.startsWith("#")) continue;
    const mark = line.indexOf("=");
    if (mark === -1) return `Invalid raw.lxc line: ${line}`;
    const problem = keyProblem(line.slice(0, mark).trim().toLowerCase());
    if (problem !== undefined) return problem;
  }
  return undefined;
};

function keyProblem(key: string): string | undefined {
  if (key === "lxc.logfile" || key === "lxc.log.file") return "Setting lxc.logfile is not allowed";
  if (key === "lxc.syslog" || key === "lxc.log.syslog") return "Setting lxc.log.syslog is not allowed";
  if (key === "lxc.ephemeral") return "Setting lxc.ephemeral is not allowed";
  if (key.startsWith("lxc.prlimit.")) {
    return 'Process limits should be set via "limits.kernel.[limit name]" and not directly via "lxc.prlimit.[limit name]"';
  }
  if (!key.startsWith("lxc.net.")) return undefined;
  const [, , index = "", family = ""] = key.split(".");
  const isAddress = /^\d+$/.test(index) && (family === "ipv4" || family === "ipv6");
  return isAddress ? undefined : "Only interface-specific ipv4/ipv6 lxc.net. keys are allowed";
}

const sections: ReadonlySet<string> = new Set([
  ...["apparmor", "arch", "autodev", "cap", "cgroup", "cgroup2", "console", "environment", "execute", "group"],
  ...["hook", "idmap", "include", "init", "keyring", "log", "monitor", "mount", "namespace", "net"],
  ...["no_new_privs", "proc", "pty", "rootfs", "sched", "seccomp", "selinux", "signal", "start", "sysctl"],
  ...["time", "tty", "uts"],
]);

/** Says whether LXC knows the sections of all lines; a line without a key is skipped. */
export function isKnownLxc(value: string): boolean {
  return value.split("\n").every((text) => {
    const key = (/^\s*([^#=]*?)\s*=/.exec(text)?.[1] ?? "").toLowerCase();
    const [root, section = ""] = key.split(".");
    return key === "" || (root === "lxc" && sections.has(section));
  });
}
