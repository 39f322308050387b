import { LxdkitError } from "@lxdkit/protocol";

/**
 * Snapd did not do what was asked. Codes: `SNAPD_NOT_FOUND`, `SNAPD_FORBIDDEN`, `SNAPD_LOST`, `SNAPD_TIMEOUT`,
 * `SNAP_NOT_INSTALLED`, `SNAP_NOT_FOUND`, `SNAP_CHANNEL_NOT_FOUND`, `SNAP_BUSY`, `SNAP_CHANGE_FAILED`,
 * `SNAPD_REFUSED`.
 */
export class SnapdError extends LxdkitError {
  override readonly name: string = "SnapdError";
}
