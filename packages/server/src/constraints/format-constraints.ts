import type { Constraints } from "./constraints.ts";

/** Larger units first; sizes are in MiB. */
const units: readonly (readonly [string, number])[] = [
  ["P", 2 ** 30],
  ["T", 2 ** 20],
  ["G", 2 ** 10],
];

/**
 * Writes constraints as {@link parseConstraints} reads them, always in the same order: `cores=2 mem=4G`. Nothing asked
 * for is an empty text.
 */
export function formatConstraints(constraints: Constraints): string {
  const { cores, mem, arch, rootDisk, rootDiskSource, virtType, instanceType, zones } = constraints;
  const pairs = Object.entries({
    arch,
    cores: cores?.toString(),
    "instance-type": instanceType,
    mem: size(mem),
    "root-disk": size(rootDisk),
    "root-disk-source": rootDiskSource,
    "virt-type": virtType,
    zones: zones === undefined || zones.length === 0 ? undefined : zones.join(","),
  });
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])).join(" ");
}

function size(mebibytes: number | undefined): string | undefined {
  if (mebibytes === undefined) return undefined;
  const [unit, factor] = units.find(([, one]) => mebibytes > 0 && mebibytes % one === 0) ?? ["M", 1];
  return `${String(mebibytes / factor)}${unit}`;
}
