import * as z from "zod";
import { amount, flag, listOf, text } from "../wire.ts";

/** A hardware thread. */
export interface ResourcesThread {
  /** Number of the CPU in the system. */
  readonly id: number;
  /** Number inside the core. */
  readonly thread: number;
  readonly numa_node: number;
  readonly online: boolean;
  readonly isolated: boolean;
}

/** A core of a processor. */
export interface ResourcesCore {
  readonly core: number;
  readonly die: number;
  readonly threads: readonly ResourcesThread[];
  /** MHz. */
  readonly frequency?: number | undefined;
  /** Extension `resources_cpu_flags`. */
  readonly flags?: readonly string[] | undefined;
}

/** A processor. */
export interface ResourcesSocket {
  readonly socket: number;
  readonly name: string;
  readonly vendor: string;
  /** MHz, as all frequencies. */
  readonly frequency?: number | undefined;
  readonly frequency_minimum?: number | undefined;
  readonly frequency_turbo?: number | undefined;
  /** Size in bytes. */
  readonly cache: readonly { readonly level: number; readonly type: string; readonly size: number }[];
  readonly cores: readonly ResourcesCore[];
}

/** The processors of the machine. */
export interface ResourcesCpu {
  /** Kernel name. */
  readonly architecture: string;
  readonly sockets: readonly ResourcesSocket[];
  /** Number of threads. */
  readonly total: number;
}

const threadSchema: z.ZodType<ResourcesThread> = z.looseObject({
  id: amount,
  thread: amount,
  numa_node: amount,
  online: flag,
  isolated: flag,
});

const coreSchema: z.ZodType<ResourcesCore> = z.looseObject({
  core: amount,
  die: amount,
  threads: listOf(threadSchema),
  frequency: z.number().optional(),
  flags: z.array(z.string()).optional(),
});

/** Reads a {@link ResourcesCpu}. */
export const resourcesCpuSchema: z.ZodType<ResourcesCpu> = z.looseObject({
  architecture: text,
  sockets: listOf(
    z.looseObject({
      socket: amount,
      name: text,
      vendor: text,
      frequency: z.number().optional(),
      frequency_minimum: z.number().optional(),
      frequency_turbo: z.number().optional(),
      cache: listOf(z.looseObject({ level: amount, type: text, size: amount })),
      cores: listOf(coreSchema),
    }),
  ),
  total: amount,
});
