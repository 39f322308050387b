import { type NetworkAllocation, networkAllocationSchema } from "@lxdkit/protocol";
import { read } from "../call.ts";
import type { AllProjectsOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listOf } from "../list-of.ts";

/** The call for `/1.0/network-allocations`. */
export interface NetworkAllocationsApi {
  /** `GET /1.0/network-allocations` (extension `network_allocations`): the addresses that networks and instances use. */
  networkAllocations(options?: AllProjectsOptions): Promise<NetworkAllocation[]>;
}

/** Makes the call for `/1.0/network-allocations`. */
export function networkAllocationsApi(context: ClientContext): NetworkAllocationsApi {
  return {
    networkAllocations(options = {}) {
      const input = { ...options, extension: "network_allocations" } as const;
      return read(context, "GET /1.0/network-allocations", input, listOf(networkAllocationSchema));
    },
  };
}
