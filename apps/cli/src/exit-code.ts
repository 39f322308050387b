import { LxdkitError, MultipleErrors } from "@lxdkit/protocol";

/** What the program's exit codes mean; also shown by `lxdkit --help`. */
export const exitCode = {
  failure: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  precondition: 5,
  unreachable: 6,
  refused: 7,
  timeout: 124,
  interrupted: 130,
} as const;

const byErrorCode: Readonly<Record<string, number>> = {
  BAD_INSTANCE_NAME: exitCode.usage,
  BAD_ADDRESS: exitCode.usage,
  BAD_ARGUMENT: exitCode.usage,
  BAD_REMOTE_NAME: exitCode.usage,
  BAD_TOKEN: exitCode.usage,
  CERTIFICATE_NOT_ACCEPTED: exitCode.usage,
  BAD_PATH: exitCode.usage,
  BAD_STREAM_URL: exitCode.usage,
  SERIES_UNKNOWN: exitCode.usage,
  FAKE_SOCKET_PATH_TOO_LONG: exitCode.usage,
  FILE_NOT_FOUND: exitCode.notFound,
  IMAGE_NOT_FOUND: exitCode.notFound,
  SERIES_NOT_SUPPORTED: exitCode.notFound,
  CONTAINER_NOT_FOUND: exitCode.notFound,
  NOT_FOUND: exitCode.notFound,
  REMOTE_NOT_FOUND: exitCode.notFound,
  INSTANCE_NOT_RUNNING: exitCode.precondition,
  AGENT_NOT_READY: exitCode.precondition,
  EXTENSION_MISSING: exitCode.precondition,
  FAKE_SOCKET_TAKEN: exitCode.conflict,
  NAME_TAKEN: exitCode.conflict,
  CONFLICT: exitCode.conflict,
  ETAG_MISMATCH: exitCode.conflict,
  CONTAINER_RUNNING: exitCode.precondition,
  CONTAINER_NOT_RUNNING: exitCode.precondition,
  CLOUD_INIT_DISABLED: exitCode.precondition,
  CLOUD_INIT_NOT_INSTALLED: exitCode.precondition,
  NOT_CLUSTERED: exitCode.precondition,
  NO_MEMBER: exitCode.precondition,
  MEMBER_UNREACHABLE: exitCode.unreachable,
  MEMBER_NOT_FOUND: exitCode.notFound,
  SOCKET_NOT_FOUND: exitCode.unreachable,
  SOCKET_REFUSED: exitCode.unreachable,
  NOT_A_SOCKET: exitCode.unreachable,
  CONNECT_FAILED: exitCode.unreachable,
  HOST_NOT_FOUND: exitCode.unreachable,
  PROXY_FAILED: exitCode.unreachable,
  PROXY_REFUSED: exitCode.unreachable,
  TOKEN_SERVER_NOT_FOUND: exitCode.unreachable,
  CONNECTION_CLOSED: exitCode.unreachable,
  CONNECTION_LOST: exitCode.unreachable,
  CONSOLE_CONNECTION_LOST: exitCode.unreachable,
  EXEC_CONNECTION_LOST: exitCode.unreachable,
  UNAVAILABLE: exitCode.unreachable,
  STREAM_UNREACHABLE: exitCode.unreachable,
  STREAM_UNTRUSTED: exitCode.unreachable,
  STREAM_UNAVAILABLE: exitCode.unreachable,
  SOCKET_FORBIDDEN: exitCode.refused,
  TLS_CLIENT_REFUSED: exitCode.refused,
  TLS_PIN_MISMATCH: exitCode.refused,
  TLS_UNTRUSTED: exitCode.refused,
  TOKEN_EXPIRED: exitCode.refused,
  NOT_TRUSTED: exitCode.refused,
  FORBIDDEN: exitCode.refused,
  NOT_READY: exitCode.timeout,
  TIMEOUT: exitCode.timeout,
  ADDRESS_TIMEOUT: exitCode.timeout,
  STATUS_TIMEOUT: exitCode.timeout,
  AGENT_TIMEOUT: exitCode.timeout,
  CLOUD_INIT_TIMEOUT: exitCode.timeout,
  STREAM_TIMEOUT: exitCode.timeout,
  IMAGE_COPY_TIMEOUT: exitCode.timeout,
  INTERRUPTED: exitCode.interrupted,
};

/** The exit code for an error; for several errors theirs, when they agree. */
export function exitCodeOf(error: unknown): number {
  if (!LxdkitError.is(error)) return exitCode.failure;
  const own = byErrorCode[error.code];
  if (own !== undefined) return own;
  const parts = new Set(error instanceof MultipleErrors ? error.errors.map(exitCodeOf) : []);
  return parts.size === 1 ? ([...parts][0] ?? exitCode.failure) : exitCode.failure;
}
