import { instanceSchema, instanceStateSchema, LxdkitError } from "@lxdkit/protocol";
import { read } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { SessionError } from "./session-error.ts";

const refusals: ReadonlySet<string> = new Set(["BAD_REQUEST", "SERVER_ERROR"]);

/**
 * What it means that the server did not start a command or a console: reads the instance, whose state says more than
 * the refusal. Gives back `error` itself when that tells nothing.
 */
export async function explainRefusal(
  context: ClientContext,
  name: string,
  { project, signal }: CallOptions,
  error: unknown,
): Promise<unknown> {
  if (!LxdkitError.is(error) || !refusals.has(error.code)) return error;
  const { address, request } = error;
  const told = (message: string, code: string, hint: string): SessionError =>
    new SessionError(message, { code, hint, address, request, cause: error });
  const input = { path: { name }, project, signal };
  try {
    const instance = await read(context, "GET /1.0/instances/{name}", input, instanceSchema);
    if (instance.status !== "Running" && instance.status !== "Ready") {
      const hint = instance.status === "Frozen" ? "Unfreeze it first." : "Start it first.";
      return told(`the instance ${name} is not running: ${instance.status}`, "INSTANCE_NOT_RUNNING", hint);
    }
    if (instance.type !== "virtual-machine") return error;
    const state = await read(context, "GET /1.0/instances/{name}/state", input, instanceStateSchema);
    // Only the agent can count processes.
    if (state.processes >= 0) return error;
    const hint = "It starts some time after the machine; wait until the state of the instance counts processes.";
    return told(`the agent of the virtual machine ${name} does not run yet`, "AGENT_NOT_READY", hint);
  } catch {
    signal?.throwIfAborted();
    // The refusal itself is what counts then.
    return error;
  }
}
