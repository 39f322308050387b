import type { ContainerAddress } from "../containers/container-addresses.ts";
import type { OnProgress } from "../progress.ts";
import type { ServerHost } from "../server-host.ts";
import { waitForAddress, type WaitForAddressOptions } from "./wait-address.ts";
import { waitForAgent } from "./wait-agent.ts";
import { requireCloudInit, waitForCloudInit } from "./wait-cloud-init.ts";
import type { WaitOptions } from "./wait-within.ts";

/** What a new container is waited for besides running: by name, or with options of that wait. */
export type WaitGoal =
  | "address"
  | "agent"
  | "cloud-init"
  | ({ readonly for: "address" } & Omit<WaitForAddressOptions, "signal">)
  | ({ readonly for: "agent" | "cloud-init" } & Omit<WaitOptions, "signal">);

/** How the way to the goals is told and ended. */
export interface ReachGoalsOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Waits for one goal after the other and gives the addresses, when one of them was those.
 *
 * @throws {CloudInitError} when cloud-init is waited for and has not done all.
 */
export async function reachGoals(
  host: ServerHost,
  name: string,
  goals: WaitGoal | readonly WaitGoal[],
  { signal, onProgress }: ReachGoalsOptions,
): Promise<readonly ContainerAddress[]> {
  let addresses: readonly ContainerAddress[] = [];
  for (const goal of [goals].flat()) {
    const { for: what, ...options } = typeof goal === "string" ? { for: goal } : goal;
    const wait = { ...options, signal };
    onProgress?.({ step: `waiting-for-${what}`, container: name });
    switch (what) {
      case "address":
        addresses = await waitForAddress(host.poller, name, wait);
        onProgress?.({ step: "addressed", container: name, detail: addresses.map((one) => one.address).join(" ") });
        break;
      case "agent":
        await waitForAgent(host, name, wait);
        break;
      case "cloud-init":
        requireCloudInit(name, await waitForCloudInit(host, name, wait));
        onProgress?.({ step: "initialised", container: name });
        break;
    }
  }
  return addresses;
}
