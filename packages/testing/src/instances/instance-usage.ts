import { parseByteSize } from "@lxdkit/protocol";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord } from "../core/records.ts";
import { expandedConfig } from "./instance-expansion.ts";

const hostMemoryBytes = 24_731_709_440;
const hostCpus = 2;
const pageBytes = 4096;

/** The `memory` part of an instance's state; only Incus tells how much there is. */
export function memoryUsage(state: FakeState, instance: InstanceRecord): Readonly<Record<string, number>> {
  const isOn = instance.power !== undefined;
  const total = isOn ? memoryLimit(expandedConfig(state, instance)["limits.memory"] ?? "") : 0;
  return {
    usage: isOn ? Math.min(1_097_728, total) : 0,
    usage_peak: isOn ? Math.min(1_433_600, total) : 0,
    ...(state.flavour === "incus" ? { total } : {}),
    swap_usage: 0,
    swap_usage_peak: 0,
  };
}

/** The kernel counts in pages. */
function memoryLimit(limit: string): number {
  const [, percent] = /^(\d+)%$/.exec(limit) ?? [];
  const bytes =
    percent === undefined
      ? limit === ""
        ? hostMemoryBytes
        : Number(parseByteSize(limit))
      : (hostMemoryBytes * Number(percent)) / 100;
  return Math.floor(bytes / pageBytes) * pageBytes;
}

/** The `cpu` part of an instance's state: what it used since it runs, and on Incus what it may use in a second. */
export function cpuUsage(state: FakeState, instance: InstanceRecord): Readonly<Record<string, number>> {
  const { power } = instance;
  const ranMs = power === undefined ? 0 : Math.max(0, state.clock.now() - Date.parse(power.startedAt));
  const cpus = power === undefined ? 0 : cpuCount(expandedConfig(state, instance)["limits.cpu"] ?? "");
  return {
    // It takes a moment to boot, and then next to nothing.
    usage: power === undefined ? 0 : 12_000_000 + Math.floor(ranMs) * 1000,
    ...(state.flavour === "incus" ? { allocated_time: cpus * 1_000_000_000 } : {}),
  };
}

/** A number of processors, or a list of them such as `0-1,3`. */
function cpuCount(limit: string): number {
  if (limit === "") return hostCpus;
  if (/^\d+$/.test(limit)) return Math.min(Number(limit), hostCpus);
  const cpus = limit.split(",").flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return new Set(cpus).size;
}
