import type { InstanceState } from "@lxdkit/protocol";
import type { ContainerAddress } from "../containers/container-addresses.ts";
import type { ServerHost } from "../server-host.ts";
import type { CloudInitOutcome } from "./cloud-init-status.ts";
import { waitForAddress, type WaitForAddressOptions } from "./wait-address.ts";
import { waitForAgent } from "./wait-agent.ts";
import { waitForCloudInit } from "./wait-cloud-init.ts";
import { type StoppedOutcome, waitForStatus, waitForStopped } from "./wait-status.ts";
import type { WaitOptions } from "./wait-within.ts";

/**
 * What a server's instances can be waited for. All waits share one subscription to events and one loop of readings; a
 * server that restarts meanwhile is waited for, and each error of a time that is over tells what was seen.
 */
export interface WaitTasks {
  /** Waits for one of these statuses, for example `Running`; 60 s by default. */
  waitForStatus(name: string, status: string | readonly string[], options?: WaitOptions): Promise<InstanceState>;
  /** Waits until it is stopped, or gone as ephemeral ones are then; 60 s by default. */
  waitForStopped(name: string, options?: WaitOptions): Promise<StoppedOutcome>;
  /** Waits until a container has an address that others can use. */
  waitForAddress(name: string, options?: WaitForAddressOptions): Promise<ContainerAddress[]>;
  /** Waits until commands can be run in it, which takes an agent in a virtual machine; 120 s by default. */
  waitForAgent(name: string, options?: WaitOptions): Promise<void>;
  /** Waits for the end of cloud-init and gives its verdict, also when it failed; 600 s by default. */
  waitForCloudInit(name: string, options?: WaitOptions): Promise<CloudInitOutcome>;
}

/** Makes the waits for one server's instances. */
export function waitTasks(host: ServerHost): WaitTasks {
  const { poller } = host;
  return {
    waitForStatus: (name, status, wait) => waitForStatus(poller, name, status, wait),
    waitForStopped: (name, wait) => waitForStopped(poller, name, wait),
    waitForAddress: (name, wait) => waitForAddress(poller, name, wait),
    waitForAgent: (name, wait) => waitForAgent(host, name, wait),
    waitForCloudInit: (name, wait) => waitForCloudInit(host, name, wait),
  };
}
