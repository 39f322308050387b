import { LxdkitError } from "@lxdkit/protocol";

/**
 * A command or a console in an instance went wrong on the way; a command that ran and failed is no error. Codes:
 * `EXEC_CONNECTION_LOST`, `EXEC_INSTANCE_NOT_RUNNING`, `EXEC_AGENT_NOT_READY`, `EXEC_OUTPUT_TOO_LARGE`,
 * `EXEC_CLOSED`, `EXEC_ENDED`.
 */
export class SessionError extends LxdkitError {
  override readonly name: string = "SessionError";
}
