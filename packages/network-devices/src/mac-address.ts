import { randomBytes } from "node:crypto";
import { NetworkDeviceError } from "./network-device-error.ts";

/** The first half of the addresses that LXD gives; Incus takes them as well as its own `10:66:6a`. */
const prefix = "00:16:3e";
const tries = 1000;

/** Options of {@link createMacAddress}. */
export interface MacAddressOptions {
  /** Addresses that are in use, in lower case; none by default. */
  readonly taken?: ReadonlySet<string>;
  /** Gives so many random bytes; those of `node:crypto` by default. */
  readonly random?: (size: number) => Uint8Array;
}

/**
 * A new MAC address `00:16:3e:xx:xx:xx` with lower-case digits that is not taken.
 *
 * @throws {NetworkDeviceError} `MAC_ADDRESS_EXHAUSTED` when a thousand random ones in a row are taken.
 */
export function createMacAddress({ taken, random = randomBytes }: MacAddressOptions = {}): string {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const address = [prefix, ...Array.from(random(3), (byte) => byte.toString(16).padStart(2, "0"))].join(":");
    if (taken?.has(address) !== true) return address;
  }
  throw new NetworkDeviceError(`all of ${String(tries)} random MAC addresses are taken`, {
    code: "MAC_ADDRESS_EXHAUSTED",
    hint: "Give the NIC a hwaddr of its own.",
  });
}
