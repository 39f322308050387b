import { type InstanceState, statusCode } from "@lxdkit/protocol";
import { type ContainerAddress, containerAddresses } from "../containers/container-addresses.ts";
import { ServerError } from "../server-error.ts";
import type { StatePoller } from "./state-poller.ts";

/** Options of {@link waitForAddress}. */
export interface WaitForAddressOptions {
  /** Only addresses of this family; any by default. */
  readonly family?: "ipv4" | "ipv6";
  /** Milliseconds; 60,000 by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
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
  const { family, timeoutMs = 60_000, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  let last: InstanceState | undefined;
  try {
    return await poller.until(
      name,
      (state) => {
        if (state === undefined) throw missing(name);
        last = state;
        if (state.status_code === statusCode.stopped) throw stopped(name);
        const found = containerAddresses(state).filter((one) => family === undefined || one.family === family);
        return found.length > 0 ? found : undefined;
      },
      either,
    );
  } catch (error) {
    if (signal?.aborted !== true && timeout.aborted) throw timedOut(name, timeoutMs, family, last);
    throw error;
  }
}

function missing(name: string): ServerError {
  return new ServerError(`${name} is gone`, { code: "CONTAINER_NOT_FOUND", step: `wait for an address of ${name}` });
}

function stopped(name: string): ServerError {
  return new ServerError(`${name} stopped while its address was waited for`, {
    code: "CONTAINER_NOT_RUNNING",
    step: `wait for an address of ${name}`,
    hint: "Look at the container's console log.",
  });
}

function timedOut(
  name: string,
  timeoutMs: number,
  family: string | undefined,
  last: InstanceState | undefined,
): ServerError {
  const interfaces = Object.entries(last?.network ?? {}).map(
    ([key, { addresses }]) => `${key}: ${addresses.map(({ address }) => address).join(" ") || "none"}`,
  );
  const seen = interfaces.length > 0 ? interfaces.join("; ") : "no interfaces";
  const kind = family === undefined ? "usable address" : `usable ${family} address`;
  return new ServerError(`${name} has no ${kind} after ${String(timeoutMs / 1000)} s (seen: ${seen})`, {
    code: "ADDRESS_TIMEOUT",
    step: `wait for an address of ${name}`,
    hint: "Check that its network has DHCP and that the container asks for an address.",
  });
}
