import { type Instance, LxdkitError } from "@lxdkit/protocol";
import type { CreateContainerOptions, Server } from "@lxdkit/server";
import type { ManagerHost } from "../manager-host.ts";
import type { NicSources } from "../networks/machine-devices.ts";
import { type CreatedMachine, createdMachine } from "./created-machine.ts";
import type { MachineRequest } from "./machine-request.ts";
import { machineSpec } from "./machine-spec.ts";
import type { StatusReport } from "./machine-status.ts";
import { findOwn } from "./ownership.ts";

/** What a machine is made with. */
export interface MakeMachineOptions extends Pick<CreateContainerOptions, "waitFor" | "onProgress" | "signal"> {
  readonly nics: NicSources;
  readonly report: StatusReport;
  /** The member of the cluster that was chosen. */
  readonly target?: string | undefined;
}

/**
 * Makes a machine on one server or member, or takes the one that is there. What this call made is removed when a step
 * fails.
 */
export async function makeMachine(
  host: ManagerHost,
  server: Server,
  request: MachineRequest,
  options: MakeMachineOptions,
): Promise<CreatedMachine> {
  const name = host.namespace.hostname(request.machineId);
  const { report, signal } = options;
  report.step("Creating container spec");
  const present = await findOwn(host, server, name, signal);
  try {
    return await attempt(host, server, request, { ...options, present });
  } catch (error) {
    signal?.throwIfAborted();
    const code = LxdkitError.is(error) ? error.code : "";
    // Somebody else began with the same machine meanwhile: what it has at random is known only now.
    if (present === undefined && code === "NAME_TAKEN") {
      const other = await findOwn(host, server, name, signal);
      return attempt(host, server, request, { ...options, present: other });
    }
    if (present === undefined || code !== "CONTAINER_NOT_STARTED" || !isNeverStarted(present)) throw error;
    await server.removeContainer(name, { force: true, signal });
    return { ...(await attempt(host, server, request, options)), origin: "replaced" };
  }
}

async function attempt(
  host: ManagerHost,
  server: Server,
  request: MachineRequest,
  options: MakeMachineOptions & { readonly present?: Instance | undefined },
): Promise<CreatedMachine> {
  const { report, waitFor = [], onProgress, signal } = options;
  const spec = await machineSpec(host, server, request, options);
  report.step("Creating container");
  const made = await server.createContainer(spec, { existing: "adopt", waitFor, onProgress, signal });
  report.running();
  return createdMachine(host, server, request.machineId, made);
}

/** Says whether an instance was never started, so that nothing can be lost with it. */
export function isNeverStarted({ last_used_at }: Pick<Instance, "last_used_at">): boolean {
  return !(Date.parse(last_used_at) > 0);
}
