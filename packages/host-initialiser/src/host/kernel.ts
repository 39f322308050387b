import type { HostAccess } from "./host-access.ts";
import { readMaybe } from "./read-maybe.ts";

/** What of the kernel and the system containers need. */
export interface KernelFacts {
  /** For example `6.1.0-18-amd64`. */
  readonly release: string;
  /** Whether user namespaces may be made. */
  readonly hasUserNamespaces: boolean;
  /** Whether root has ids to give to containers, in `/etc/subuid` and `/etc/subgid`; an LXD that runs as a snap needs none. */
  readonly hasIdRanges: boolean;
  /** `1`, `2`, or `mixed`; empty when it is not known. */
  readonly cgroups: "1" | "2" | "mixed" | "";
  readonly hasIPv6: boolean;
  /** Storage drivers that the kernel has file systems for: of `btrfs`, `zfs`, `lvm`; `dir` always works. */
  readonly storageDrivers: readonly string[];
}

/** Reads files below `/proc` and `/etc`; changes nothing. */
export async function readKernel(host: Pick<HostAccess, "readFile" | "exists">): Promise<KernelFacts> {
  const read = (path: string): Promise<string> => readMaybe(host, path);
  const [release, namespaces, filesystems, groups, devices, mounts] = await Promise.all(
    [
      "/proc/sys/kernel/osrelease",
      "/proc/sys/user/max_user_namespaces",
      "/proc/filesystems",
      "/etc/subgid",
      "/proc/devices",
      "/proc/self/mounts",
    ].map(read),
  );
  const users = await read("/etc/subuid");
  const hasRange = (text = ""): boolean => /^(?:root|0):\d+:\d+/m.test(text);
  const mounted = new Set((mounts ?? "").split("\n").map((line) => line.split(" ")[2]));
  const [has1, has2] = [mounted.has("cgroup"), mounted.has("cgroup2")];
  const knows = (name: string): boolean => new RegExp(`^(?:nodev)?\\s*${name}$`, "m").test(filesystems ?? "");
  const drivers = [
    ...(knows("btrfs") ? ["btrfs"] : []),
    ...(knows("zfs") ? ["zfs"] : []),
    ...(/\bdevice-mapper$/m.test(devices ?? "") ? ["lvm"] : []),
  ];
  return {
    release: (release ?? "").trim(),
    hasUserNamespaces: Number(namespaces ?? 0) > 0,
    hasIdRanges: hasRange(users) && hasRange(groups),
    cgroups: has1 && has2 ? "mixed" : has2 ? "2" : has1 ? "1" : "",
    hasIPv6: await host.exists("/proc/net/if_inet6"),
    storageDrivers: drivers,
  };
}
