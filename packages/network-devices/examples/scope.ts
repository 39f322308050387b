import { addressScope } from "@lxdkit/network-devices";

/** Tells how far some addresses reach. */
export function main(): (string | undefined)[] {
  // #region readme
  const near = addressScope("fe80::216:3eff:fe3b:e582"); // link-local
  const inside = addressScope("10.0.8.173"); // cloud-local
  const outside = addressScope("2001:db8::1"); // public
  return [near, inside, outside, addressScope("10.0.0.010")]; // the last is undefined: no address
  // #endregion
}
