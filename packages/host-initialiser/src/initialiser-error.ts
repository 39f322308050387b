import { LxdkitError } from "@lxdkit/protocol";

/**
 * What keeps a host from being made ready. Codes: `HOST_NOT_SUPPORTED`, `BAD_WISH`, `BAD_CHANNEL`, `NO_INSTALLER`,
 * `SNAP_DOWNGRADE`, `COMMAND_FAILED`, `PROGRAM_MISSING`, `SUBNET_IN_USE`, `NO_FREE_SUBNET`, `SERVER_MISSING`,
 * `DRIVER_NOT_SUPPORTED`, `PROJECT_MISSING`.
 */
export class InitialiserError extends LxdkitError {
  override readonly name: string = "InitialiserError";
}
