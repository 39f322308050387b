import { LxdkitError } from "@lxdkit/protocol";

/** What this package throws; the README lists its codes. */
export class NetworkDeviceError extends LxdkitError {
  override readonly name: string = "NetworkDeviceError";
}
