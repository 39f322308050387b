import * as z from "zod";
import { amount, listOf, mapOf, text } from "../wire.ts";

/** One address of an instance's interface. */
export interface InstanceAddress {
  /** `inet` or `inet6`. */
  readonly family: string;
  readonly address: string;
  /** Length of the prefix, as decimal digits. */
  readonly netmask: string;
  /** `global`, `link` or `local`. */
  readonly scope: string;
}

/** What went through an interface since the instance started. */
export interface NetworkCounters {
  readonly bytes_received: number;
  readonly bytes_sent: number;
  readonly packets_received: number;
  readonly packets_sent: number;
  readonly errors_received: number;
  readonly errors_sent: number;
  readonly packets_dropped_inbound: number;
  readonly packets_dropped_outbound: number;
}

/** One interface inside an instance. */
export interface InstanceNetwork {
  readonly addresses: readonly InstanceAddress[];
  readonly counters: NetworkCounters;
  readonly hwaddr: string;
  /** Name of its other end on the host. */
  readonly host_name: string;
  readonly mtu: number;
  /** `up` or `down`. */
  readonly state: string;
  /** For example `broadcast`, `loopback`, `point-to-point`. */
  readonly type: string;
}

/** Bytes of memory that an instance uses. */
export interface InstanceMemory {
  readonly usage: number;
  readonly usage_peak: number;
  /** Limit. Extension `instances_state_total`. */
  readonly total?: number | undefined;
  readonly swap_usage: number;
  readonly swap_usage_peak: number;
}

/** What the system inside an instance says of itself; virtual machines with an agent. */
export interface InstanceOsInfo {
  readonly os: string;
  readonly os_version: string;
  readonly kernel_version: string;
  readonly hostname: string;
  readonly fqdn: string;
}

/** What an instance is doing now: `GET /1.0/instances/{name}/state`. */
export interface InstanceState {
  readonly status: string;
  readonly status_code: number;
  /** Process id of its init on the host; 0 or -1 when it does not run. */
  readonly pid: number;
  /** Number of processes; -1 when the server cannot tell. */
  readonly processes: number;
  readonly cpu: {
    /** Nanoseconds. */
    readonly usage: number;
    /** Nanoseconds of CPU time for each second. Extension `instance_state_cpu_time`. */
    readonly allocated_time?: number | undefined;
  };
  readonly memory: InstanceMemory;
  /** Bytes by name of the disk device; `total` needs the extension `instances_state_total`. */
  readonly disk: Readonly<Record<string, { readonly usage: number; readonly total?: number | undefined }>>;
  /** By interface name; empty unless the instance runs. */
  readonly network: Readonly<Record<string, InstanceNetwork>>;
  /** Extension `instance_state_started_at`. */
  readonly started_at?: string | undefined;
  /** Extension `instances_state_os_info`. */
  readonly os_info?: InstanceOsInfo | null | undefined;
}

/** Reads an {@link InstanceAddress}; networks have them too. */
export const addressSchema: z.ZodType<InstanceAddress> = z.looseObject({
  family: z.string(),
  address: z.string(),
  netmask: text,
  scope: text,
});

const noCounters: NetworkCounters = {
  bytes_received: 0,
  bytes_sent: 0,
  packets_received: 0,
  packets_sent: 0,
  errors_received: 0,
  errors_sent: 0,
  packets_dropped_inbound: 0,
  packets_dropped_outbound: 0,
};

/** Reads {@link NetworkCounters}; what a server does not count is 0. */
export const countersSchema: z.ZodType<NetworkCounters> = z
  .record(z.string(), z.number())
  .nullish()
  .transform((counters) => ({ ...noCounters, ...counters }));

const networkSchema: z.ZodType<InstanceNetwork> = z.looseObject({
  addresses: listOf(addressSchema),
  counters: countersSchema,
  hwaddr: text,
  host_name: text,
  mtu: amount,
  state: text,
  type: text,
});

const noMemory: InstanceMemory = { usage: 0, usage_peak: 0, swap_usage: 0, swap_usage_peak: 0 };

/** Reads an {@link InstanceState}. */
export const instanceStateSchema: z.ZodType<InstanceState> = z.looseObject({
  status: z.string(),
  status_code: z.number(),
  pid: amount,
  processes: amount,
  cpu: z
    .looseObject({ usage: amount, allocated_time: z.number().optional() })
    .nullish()
    .transform((cpu) => cpu ?? { usage: 0 }),
  memory: z
    .looseObject({
      usage: amount,
      usage_peak: amount,
      total: z.number().optional(),
      swap_usage: amount,
      swap_usage_peak: amount,
    })
    .nullish()
    .transform((memory) => memory ?? noMemory),
  disk: mapOf(z.looseObject({ usage: amount, total: z.number().optional() })),
  network: mapOf(networkSchema),
  started_at: z.string().optional(),
  os_info: z.looseObject({ os: text, os_version: text, kernel_version: text, hostname: text, fqdn: text }).nullish(),
});
