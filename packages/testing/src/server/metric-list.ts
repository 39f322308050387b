import type { Flavour } from "@lxdkit/protocol";

/** One kind of measurement. */
export interface Metric {
  /** Without the family's name in front. */
  readonly name: string;
  readonly help: string;
  /** What there is a sample for: the instance itself by default. */
  readonly of?: "cpu" | "filesystem" | "network";
  readonly value: number;
  /** Set where the name is that of a counter and it is none. */
  readonly isGauge?: true;
}

const memory: readonly (readonly [name: string, help: string, value: number])[] = [
  ["Active_anon", "The amount of anonymous memory on active LRU list.", 12_288],
  ["Active_file", "The amount of file-backed memory on active LRU list.", 0],
  ["Active", "The amount of memory on active LRU list.", 12_288],
  ["Cached", "The amount of cached memory.", 8192],
  ["Dirty", "The amount of memory waiting to get written back to the disk.", 4096],
  ["Inactive_anon", "The amount of anonymous memory on inactive LRU list.", 163_840],
  ["Inactive_file", "The amount of file-backed memory on inactive LRU list.", 4096],
  ["Inactive", "The amount of memory on inactive LRU list.", 167_936],
  ["Mapped", "The amount of mapped memory.", 0],
  ["MemAvailable", "The amount of available memory.", 24_683_531_040],
  ["MemFree", "The amount of free memory.", 24_683_522_848],
  ["MemTotal", "The amount of used memory.", 24_684_084_000],
  ["RSS", "The amount of anonymous and swap cache memory.", 172_032],
  ["Shmem", "The amount of cached filesystem data that is swap-backed.", 4096],
  ["Swap", "The amount of used swap memory.", 0],
  ["Unevictable", "The amount of unevictable memory.", 0],
  ["Writeback", "The amount of memory queued for syncing to disk.", 0],
];

const network: readonly Metric[] = (["receive", "transmit"] as const).flatMap((way) => {
  const past = way === "receive" ? "received" : "transmitted";
  const parts = [
    ["bytes", "bytes", 698],
    ["drop", "dropped bytes", 0],
    ["errs", "errors", 0],
    ["packets", "packets", 2],
  ] as const;
  return parts.map(([name, what, value]): Metric => {
    const help = `The amount of ${past} ${what} on a given interface.`;
    return { name: `network_${way}_${name}_total`, help, of: "network", value };
  });
});

const filesystem: readonly Metric[] = [
  ["avail", "The number of available space in bytes.", 82_263_982_080],
  ["free", "The number of free space in bytes.", 243_872_862_208],
  ["size", "The size of the filesystem in bytes.", 270_553_174_016],
].map(([name, help, value]) => ({
  name: `filesystem_${String(name)}_bytes`,
  help: String(help),
  of: "filesystem",
  value: Number(value),
}));

/** All measurements of a family, in its order. */
export function metricsOf(flavour: Flavour): readonly Metric[] {
  const isIncus = flavour === "incus";
  return [
    { name: "cpu_seconds_total", help: "The total number of CPU time used in seconds.", of: "cpu", value: 0.004 },
    ...(isIncus ? [effective] : filesystem),
    ...memory.map(([name, help, value]) => ({
      name: `memory_${name}_bytes`,
      help: memoryHelp(isIncus, name, help),
      value,
    })),
    ...(isIncus ? [kills] : []),
    ...network,
    { name: "procs_total", help: "The number of running processes.", value: 3, isGauge: true },
  ];
}

/** LXD mixes two of them up. */
function memoryHelp(isIncus: boolean, name: string, help: string): string {
  return !isIncus && name === "Inactive_anon" ? "The amount of file-backed memory on inactive LRU list." : help;
}

const effective: Metric = {
  name: "cpu_effective_total",
  help: "The total number of effective CPUs.",
  value: 2,
  isGauge: true,
};

const kills: Metric = { name: "memory_OOM_kills_total", help: "The number of out of memory kills.", value: 0 };
