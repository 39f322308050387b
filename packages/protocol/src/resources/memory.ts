import * as z from "zod";
import { amount, listOf } from "../wire.ts";

/** Memory of one NUMA node, in bytes. */
export interface ResourcesMemoryNode {
  readonly numa_node: number;
  readonly used: number;
  readonly total: number;
  readonly hugepages_used: number;
  readonly hugepages_total: number;
}

/** The memory of the machine, in bytes. */
export interface ResourcesMemory {
  readonly nodes: readonly ResourcesMemoryNode[];
  readonly used: number;
  readonly total: number;
  readonly hugepages_used: number;
  readonly hugepages_total: number;
  /** Bytes of one huge page. */
  readonly hugepages_size: number;
}

const sizes = { used: amount, total: amount, hugepages_used: amount, hugepages_total: amount };

/** Reads a {@link ResourcesMemory}. */
export const resourcesMemorySchema: z.ZodType<ResourcesMemory> = z.looseObject({
  nodes: listOf(z.looseObject({ numa_node: amount, ...sizes })),
  ...sizes,
  hugepages_size: amount,
});
