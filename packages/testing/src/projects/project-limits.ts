import { parseByteSize } from "@lxdkit/protocol";
import type { Config } from "../core/records.ts";
import type { ProjectContent, ProjectEntity } from "./project-content.ts";

const sums = ["limits.cpu", "limits.disk", "limits.memory", "limits.processes"] as const;

/** A limit of what all instances have together. */
type SumKey = (typeof sums)[number];

const poolPrefix = "limits.disk.pool.";

/** What would be too many instances; `type` is that of the new one. */
export function countProblem({ project, instances }: ProjectContent, type: string): string | undefined {
  const { name, config } = project;
  const limitOf = (key: string): number => Number(config[`limits.${key}`] || Number.POSITIVE_INFINITY);
  const ofType = instances.filter((instance) => instance.type === type);
  if (ofType.length > limitOf(`${type}s`)) {
    return `Reached maximum number of instances of type "${type}" in project "${name}"`;
  }
  return instances.length > limitOf("instances")
    ? `Reached maximum number of instances in project "${name}"`
    : undefined;
}

/** What would be more than a limit of the project, or cannot be counted. */
export function sumProblem(content: ProjectContent): string | undefined {
  const { name, config } = content.project;
  const keys = Object.keys(config).filter((key) => isSum(key) || key.startsWith(poolPrefix));
  for (const key of keys) {
    if ((config[key] ?? "") === "") continue;
    const total = totalOf(content, key);
    if (typeof total === "string") return `Failed getting usage of project entities: ${total}`;
    if (total > Number(parseByteSize(config[key] ?? ""))) {
      return `Reached maximum aggregate value "${config[key]}" for "${key}" in project "${name}"`;
    }
  }
  return undefined;
}

function isSum(key: string): key is SumKey {
  return (sums as readonly string[]).includes(key);
}

/** What is used of a limit, or why that cannot be said. */
function totalOf({ project, instances, volumes }: ProjectContent, key: string): number | string {
  const pool = key.startsWith(poolPrefix) ? key.slice(poolPrefix.length) : undefined;
  let total = 0;
  for (const instance of instances) {
    const used = isDisk(key) ? rootSize(instance, project.name, pool) : valueOf(instance, project.name, key);
    if (typeof used === "string") return used;
    total += used;
  }
  if (key !== "limits.disk") return total;
  for (const { name, config } of volumes) {
    const size = config["size"] ?? "";
    if (size === "") return `Custom volume "${name}" in project "${project.name}" has no "size" config set`;
    total += Number(parseByteSize(size));
  }
  return total;
}

function isDisk(key: string): boolean {
  return key === "limits.disk" || key.startsWith(poolPrefix);
}

function rootSize({ name, devices }: ProjectEntity, project: string, pool: string | undefined): number | string {
  const root = Object.values(devices).find(({ type, path }) => type === "disk" && path === "/");
  if (pool !== undefined && root?.["pool"] !== pool) return 0;
  const size = sizeOf(root?.["size"]);
  const about = `Instance "${name}" in project "${project}" has no "size" config set on the root device`;
  return size ?? `${about} either directly or via a profile`;
}

function valueOf({ name, config }: ProjectEntity, project: string, key: string): number | string {
  const text = config[key] ?? "";
  const about = `nstance "${name}" in project "${project}"`;
  if (text === "") return `I${about} has no "${key}" config, either directly or via a profile`;
  const value = key === "limits.memory" ? sizeOf(text) : /^\d+$/.test(text) ? Number(text) : undefined;
  return value ?? `Failed parsing "${key}" for i${about}`;
}

function sizeOf(text = ""): number | undefined {
  try {
    return text === "" ? undefined : Number(parseByteSize(text));
  } catch {
    return undefined;
  }
}

/** What keeps the limits of a project from changing: that it already has more. */
export function loweringProblem(content: ProjectContent, before: Config): string | undefined {
  const { name, config } = content.project;
  for (const [key, limit] of Object.entries(config)) {
    if (!key.startsWith("limits.") || limit === "" || before[key] === limit) continue;
    const problem = isSum(key)
      ? lowSumProblem(content, key, limit)
      : lowCountProblem(content, name, key, Number(limit));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function lowSumProblem(content: ProjectContent, key: SumKey, limit: string): string | undefined {
  const total = totalOf(content, key);
  if (typeof total === "string" || total <= Number(parseByteSize(limit))) {
    return typeof total === "string" ? total : undefined;
  }
  const shown = key === "limits.memory" || key === "limits.disk" ? shownSize(total) : String(total);
  return `"${key}" is too low: current total is "${shown}"`;
}

function lowCountProblem({ instances }: ProjectContent, name: string, key: string, limit: number): string | undefined {
  const type = key.slice("limits.".length).replace(/s$/, "");
  if (key === "limits.instances") {
    const about = `"${key}" is too low: there currently are ${String(instances.length)} total instances`;
    const isLow = instances.length > limit;
    return isLow ? `Can't change ${key} in project "${name}": ${about} in project "${name}"` : undefined;
  }
  if (type !== "container" && type !== "virtual-machine") return undefined;
  const count = instances.filter((instance) => instance.type === type).length;
  const about = `"${key}" is too low: there currently are ${String(count)} instances of type ${type}`;
  return count > limit ? `Can't change "${key}" in project "${name}": ${about} in project "${name}"` : undefined;
}

const suffixes = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

function shownSize(bytes: number): string {
  let [rest, at] = [bytes, 0];
  while (rest >= 1024 && at < suffixes.length - 1) [rest, at] = [rest / 1024, at + 1];
  return at === 0 ? `${String(bytes)}B` : `${rest.toFixed(1)}${suffixes[at] ?? ""}`;
}

/** What is used of a resource, as far as it can be counted. */
export function usageOf(content: ProjectContent, key: string): number {
  const { project, instances, volumes } = content;
  const number = (value: number | string): number => (typeof value === "string" ? 0 : value);
  const pool = key.startsWith(poolPrefix) ? key.slice(poolPrefix.length) : undefined;
  const own = instances.reduce(
    (total, instance) =>
      total + number(isDisk(key) ? rootSize(instance, project.name, pool) : valueOf(instance, project.name, key)),
    0,
  );
  const counted = isDisk(key) ? volumes.filter((volume) => pool === undefined || volume.pool === pool) : [];
  return counted.reduce((total, { config }) => total + (sizeOf(config["size"]) ?? 0), own);
}
