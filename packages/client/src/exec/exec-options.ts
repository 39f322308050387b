import type { InstanceExecPost } from "@lxdkit/protocol";
import type { CallOptions } from "../call-options.ts";

/** How a command runs. */
export interface ExecOptions extends CallOptions {
  /** Variables besides PATH, LANG and, for root, HOME and USER, which servers set. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Directory to run in; root's home by default. Servers silently take `/` when it is not there. */
  readonly cwd?: string | undefined;
  /** Numeric id of the user; 0 by default. */
  readonly user?: number | undefined;
  /** Numeric id of the group; 0 by default. */
  readonly group?: number | undefined;
}

/** The part of the request that tells how a command runs. */
export function execBody(
  command: readonly string[],
  { environment, cwd, user, group }: ExecOptions,
): Pick<InstanceExecPost, "command" | "environment" | "cwd" | "user" | "group"> {
  return {
    command,
    ...(environment === undefined ? {} : { environment }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
  };
}

/** The options of the request itself. */
export function callOptions({ signal, timeoutMs, project }: CallOptions): CallOptions {
  return { signal, timeoutMs, project };
}
