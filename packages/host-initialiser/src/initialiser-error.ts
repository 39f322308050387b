import { LxdkitError } from "@lxdkit/protocol";

/**
 * What keeps a host from being made ready. Codes: `HOST_NOT_SUPPORTED`, `BAD_CHANNEL`, `NO_INSTALLER`,
 * `SNAP_DOWNGRADE`, `COMMAND_FAILED`, `PROGRAM_MISSING`, `SUBNET_IN_USE`,
 * `DRIVER_NOT_SUPPORTED`, `POOL_NOT_READY`, `SERVER_FORBIDDEN`.
 */
export class InitialiserError extends LxdkitError {
  override readonly name: string = "InitialiserError";
}
