import type { InstanceExecPost } from "@lxdkit/protocol";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import type { OperationHandle } from "../operation-handle.ts";
import type { WaitOperationOptions } from "../wait-operation.ts";
import { execBody, type ExecOptions } from "./exec-options.ts";
import { type ExecExit, waitForExit } from "./exit-status.ts";
import { type ExecSession, openExec, type OpenExecOptions, startExec } from "./open-exec.ts";
import { type RecordedExec, recordExec, type RecordExecOptions } from "./record-exec.ts";
import { type ExecResult, runExec, type RunExecOptions } from "./run-exec.ts";

/** A command that runs without anybody listening. */
export interface DetachedExec {
  readonly operation: OperationHandle;
  /**
   * Waits for the end of the command.
   *
   * @throws {OperationError} when the server could not run it; `OPERATION_GONE` when the server forgot it, which it does
   * five seconds after its end and when it restarts.
   */
  exit(options?: WaitOperationOptions): Promise<ExecExit>;
}

/**
 * Commands in instances: `POST /1.0/instances/{name}/exec` and what follows it. A command that runs and fails is no
 * error: its exit code is the result, 126 and 127 too.
 */
export interface ExecApi {
  /** `POST /1.0/instances/{name}/exec` as it is. The caller opens the web sockets, within five seconds. */
  start(name: string, body: InstanceExecPost, options?: CallOptions): Promise<OperationHandle>;
  /**
   * Runs a command with its streams at hand, over web sockets.
   *
   * @throws {SessionError} `INSTANCE_NOT_RUNNING`, `AGENT_NOT_READY`, `EXEC_CONNECTION_LOST`.
   */
  open(name: string, command: readonly string[], options?: OpenExecOptions): Promise<ExecSession>;
  /**
   * Runs a command to its end and gives its output. Reads nothing unless `input` is given. Aborting `signal` kills the
   * command.
   *
   * @throws {SessionError} as `open`, and `EXEC_OUTPUT_TOO_LARGE`, which kills the command.
   */
  run(name: string, command: readonly string[], options?: RunExecOptions): Promise<ExecResult>;
  /**
   * Runs a command without web sockets and resolves at its end; the server keeps the output in files. For long commands
   * behind proxies that cut quiet connections. Aborting `signal` ends the waiting, not the command.
   *
   * @throws {OperationError} `OPERATION_GONE` when the server restarts meanwhile.
   */
  record(name: string, command: readonly string[], options?: RecordExecOptions): Promise<RecordedExec>;
  /** Starts a command without web sockets; its output is thrown away. */
  detach(name: string, command: readonly string[], options?: ExecOptions): Promise<DetachedExec>;
}

/** Makes the calls that run commands. */
export function execApi(context: ClientContext): ExecApi {
  return {
    start: (name, body, options = {}) => startExec(context, name, body, options),
    open: (name, command, options = {}) => openExec(context, name, command, options),
    run: (name, command, options = {}) => runExec(context, name, command, options),
    record: (name, command, options = {}) => recordExec(context, name, command, options),
    async detach(name, command, options = {}) {
      const body = { ...execBody(command, options), "wait-for-websocket": false, interactive: false };
      const operation = await startExec(context, name, body, options);
      return { operation, exit: (wait) => waitForExit(operation.wait(wait)) };
    },
  };
}
