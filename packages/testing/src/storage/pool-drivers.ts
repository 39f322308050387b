import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Flavour } from "@lxdkit/protocol";
import { parseByteSize } from "@lxdkit/protocol";
import { anyText, boolean, byteSize, configProblem, type ConfigRules } from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { Config } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { volumeRules } from "./volume-config.ts";

/** What a server says of drivers that lack their tools, as on the machines that the answers were measured on. */
function missing(flavour: Flavour, driver: string): string | undefined {
  const isLxd = flavour === "lxd";
  switch (driver) {
    case "ceph":
    case "cephfs":
      return "Required tool 'ceph' is missing";
    case "cephobject":
      return 'Required tool "radosgw-admin" is missing';
    case "lvm":
      return 'Required tool "lvm" is missing';
    case "lvmcluster":
      return isLxd ? undefined : 'Required tool "lvm" is missing';
    case "zfs": {
      const said = "modprobe: FATAL: Module zfs not found in directory /lib/modules/6.1.0";
      const failure = `Failed to run: modprobe -b zfs: exit status 1 (${said})`;
      return isLxd ? `Error loading "zfs" module: ${failure}` : "Required tool 'zpool' is missing";
    }
    default:
      return undefined;
  }
}

/** Refuses drivers other than those of folders and of btrfs. */
export function checkDriver({ flavour }: FakeState, driver: string, status: number): void {
  if (driver === "dir" || driver === "btrfs") return;
  throw new Refusal(status, missing(flavour, driver) ?? "Unknown driver");
}

const common: ConfigRules = {
  "rsync.bwlimit": byteSize,
  "rsync.compression": boolean,
  source: anyText,
  "volatile.initial_source": anyText,
};

/** Refuses what a pool of that driver cannot have. */
export function checkPoolConfig(state: FakeState, driver: string, config: Config, status: number): void {
  const own: ConfigRules = driver === "btrfs" ? { size: byteSize, "btrfs.mount_options": anyText } : {};
  const wipe: ConfigRules = state.flavour === "incus" ? { "source.wipe": boolean } : {};
  const ofVolumes = Object.entries(volumeRules(state, "filesystem"))
    .filter(([key]) => !key.startsWith("volatile."))
    .map(([key, rule]) => [`volume.${key}`, rule] as const);
  const rules: ConfigRules = { ...common, ...own, ...wipe, ...(Object.fromEntries(ofVolumes) as ConfigRules) };
  const problem = configProblem(config, rules);
  if (problem?.kind === "unknown") throw new Refusal(status, `Invalid option "${problem.key}"`);
  if (problem !== undefined) {
    throw new Refusal(status, `Invalid value for option "${problem.key}": ${problem.reason}`);
  }
}

/** The configuration of a new pool, with what the server adds; refuses a place that it cannot use. */
export function placePool(state: FakeState, driver: string, name: string, folder: string, config: Config): Config {
  const source = config["source"] ?? "";
  if (driver === "dir") {
    if (source !== "" && !existsSync(source)) throw new Refusal(500, `Source path '${source}' doesn't exist`);
    if (source !== "" && !isEmptyFolder(source)) throw new Refusal(500, `Source path '${source}' isn't empty`);
    return { ...config, source: source || folder };
  }
  if (source !== "") throw noBtrfs(state, source);
  const size = config["size"] || "30GiB";
  const disk = join(state.directory, "disks", `${name}.img`);
  const least = 114_294_784;
  if (parseByteSize(size) < least) {
    const said = `ERROR: '${disk}' is too small to make a usable filesystem\nERROR: minimum size for each btrfs device is ${String(least)}`;
    const command = `mkfs.btrfs -L ${name} ${disk}`;
    throw new Refusal(500, `Failed to format sparse file: Failed to run: ${command}: exit status 1 (${said})`);
  }
  return { ...config, size, source: disk };
}

function isEmptyFolder(path: string): boolean {
  return !statSync(path).isDirectory() || readdirSync(path).length === 0;
}

/** The fake's machine has no file system of that kind. */
function noBtrfs({ flavour }: FakeState, source: string): Refusal {
  if (existsSync(source)) {
    const found = flavour === "incus" ? " (detected ext4)" : "";
    return new Refusal(500, `Provided path does not reside on a btrfs filesystem${found}`);
  }
  const said = "ERROR: not a btrfs filesystem: /";
  return new Refusal(500, `Failed to run: btrfs subvolume create ${source}: exit status 1 (${said})`);
}
