import type { AddressScope } from "@lxdkit/network-devices";
import { type InstanceState, statusCode } from "@lxdkit/protocol";
import { type ContainerAddress, containerAddresses } from "../containers/container-addresses.ts";
import type { StatePoller } from "./state-poller.ts";
import { goneDuring, stoppedDuring, untilSeen, type WaitOptions, waitWithin } from "./wait-within.ts";

/** Options of {@link waitForAddress}. */
export interface WaitForAddressOptions extends WaitOptions {
  /** Only addresses of this family; any by default. */
  readonly family?: "ipv4" | "ipv6" | undefined;
  /** Only addresses of this interface inside the instance, for example `eth0`; any by default. */
  readonly interface?: string | undefined;
  /** Only addresses of this scope; any that others can use by default. */
  readonly scope?: AddressScope | undefined;
  /** Milliseconds; 60,000 by default. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Waits until a container has an address that others can use, and gives all of them.
 *
 * @throws {ServerError} `ADDRESS_TIMEOUT` telling what was seen, `CONTAINER_NOT_RUNNING` when it stops,
 * `CONTAINER_NOT_FOUND` when it is gone.
 */
export async function waitForAddress(
  poller: StatePoller,
  name: string,
  options: WaitForAddressOptions = {},
): Promise<ContainerAddress[]> {
  const { timeoutMs = 60_000, signal } = options;
  const timedOut = {
    code: "ADDRESS_TIMEOUT",
    message: `${name} has no ${kindOf(options)}`,
    seen: interfacesOf,
    hint: "Check that its network has DHCP and that the container asks for an address.",
  };
  return waitWithin(poller, name, "an address", { timeoutMs, signal }, timedOut, (wait) =>
    untilSeen(wait, (state) => {
      if (state === undefined) throw goneDuring(wait);
      if (state.status_code === statusCode.stopped) throw stoppedDuring(wait);
      const found = containerAddresses(state).filter((one) => isWanted(one, options));
      return found.length > 0 ? found : undefined;
    }),
  );
}

function isWanted(one: ContainerAddress, { family, interface: name, scope }: WaitForAddressOptions): boolean {
  return (
    (family === undefined || one.family === family) &&
    (name === undefined || one.interface === name) &&
    (scope === undefined || one.scope === scope)
  );
}

function kindOf({ family, interface: name, scope }: WaitForAddressOptions): string {
  const place = name === undefined ? [] : ["on", name];
  return ["usable", scope, family, "address", ...place].filter((word) => word !== undefined).join(" ");
}

function interfacesOf({ network }: InstanceState): string {
  const interfaces = Object.entries(network).map(
    ([key, { addresses }]) => `${key}: ${addresses.map(({ address }) => address).join(" ") || "none"}`,
  );
  return interfaces.join("; ") || "no interfaces";
}
