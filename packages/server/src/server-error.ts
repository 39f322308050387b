import { LxdkitError } from "@lxdkit/protocol";

/**
 * A task on a server could not be done. Codes: `NAME_TAKEN`, `IMAGE_NOT_FOUND`, `CONTAINER_NOT_CREATED`,
 * `CONTAINER_NOT_STARTED`, `CONTAINER_NOT_FOUND`, `CONTAINER_NOT_RUNNING`, `CONTAINER_RUNNING`,
 * `CONTAINER_NOT_REMOVED`, `ADDRESS_TIMEOUT`, `STATUS_TIMEOUT`, `AGENT_TIMEOUT`, `CLOUD_INIT_TIMEOUT`,
 * `POOL_NOT_FOUND`, `POOL_NOT_READY`, `POOL_NOT_ON_MEMBER`, `SERIES_UNKNOWN`, `SERIES_NOT_SUPPORTED`,
 * `ARCHITECTURE_UNKNOWN`, `IMAGE_COPY_TIMEOUT`, `IMAGE_ALREADY_LOCAL`, `CONTAINER_NOT_STOPPED`, `BAD_CONTAINER_SPEC`,
 * `NOT_CLUSTERED`, `DEVICE_EXISTS`, `ETAG_MISMATCH`, `MEMBER_NOT_FOUND`, `MEMBER_UNREACHABLE`, `NO_MEMBER`,
 * `CONTAINER_UNREAD`, `POOL_NOT_CREATED`, `VOLUME_NOT_CREATED`, `NIC_MISSING`, `NIC_UNSUITABLE`, `NETWORK_UNREAD`,
 * `NETWORK_NOT_CREATED`, `LISTENER_NOT_REPORTED`.
 */
export class ServerError extends LxdkitError {
  override readonly name: string = "ServerError";
}

/** The error of a step that failed for a reason that came from below; keeps the reason's hint. */
export function stepFailed(code: string, step: string, cause: unknown): ServerError {
  const hint = LxdkitError.is(cause) ? cause.hint : undefined;
  return new ServerError(`cannot ${step}: ${errorText(cause)}`, { code, step, cause, hint });
}

/** The message of anything that was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
