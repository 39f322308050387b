import { LxdkitError } from "@lxdkit/protocol";

/**
 * A command or a console in an instance went wrong on the way; a command that ran and failed is no error. Codes:
 * `INSTANCE_NOT_RUNNING`, `AGENT_NOT_READY`, `EXEC_CONNECTION_LOST`, `CONSOLE_CONNECTION_LOST`,
 * `CONSOLE_TAKEN`, `EXEC_OUTPUT_TOO_LARGE`, `SESSION_CLOSED`, `SESSION_ENDED`.
 */
export class SessionError extends LxdkitError {
  override readonly name: string = "SessionError";
}
