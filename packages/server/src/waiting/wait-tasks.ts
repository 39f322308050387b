import type { ContainerAddress } from "../containers/container-addresses.ts";
import type { ServerHost } from "../server-host.ts";
import { waitForAddress, type WaitForAddressOptions } from "./wait-address.ts";

/** What a server's instances can be waited for. */
export interface WaitTasks {
  /** Waits until a container has an address that others can use. */
  waitForAddress(name: string, options?: WaitForAddressOptions): Promise<ContainerAddress[]>;
}

/** Makes the waits for one server's instances. */
export function waitTasks({ poller }: ServerHost): WaitTasks {
  return {
    waitForAddress: (name, wait) => waitForAddress(poller, name, wait),
  };
}
