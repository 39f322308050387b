import pLimit from "p-limit";
import { ManagerError } from "../manager-error.ts";
import type { ManagerHost } from "../manager-host.ts";
import { createMachine, type CreateMachineOptions, makeTogether, type Tries } from "./create-machine.ts";
import type { CreatedMachine } from "./created-machine.ts";
import type { MachineRequest } from "./machine-request.ts";
import type { MachineStatus } from "./machine-status.ts";

/** Options of {@link createMachines}. */
export interface CreateMachinesOptions extends Omit<CreateMachineOptions, "onStatus"> {
  /** How many at a time; 10 by default. */
  readonly parallel?: number | undefined;
  /** How often each machine is tried whose failure may pass; 3 by default. */
  readonly attempts?: number | undefined;
  /** Hears what becomes of each machine; what it throws is ignored. */
  readonly onStatus?: ((machineId: string, status: MachineStatus) => void) | undefined;
}

/** What came of a machine. */
export type MachineOutcome = {
  readonly machineId: string;
  /** Why earlier attempts failed. */
  readonly failures: readonly unknown[];
} & ({ readonly machine: CreatedMachine } | { readonly error: unknown });

/**
 * Makes machines, many at a time. All are tried; the outcomes are in the order of the requests.
 *
 * @throws {ManagerError} `MACHINE_TWICE` before anything is made, and the reason of the signal: machines that run by
 * then stay, and the same call adopts them later.
 */
export async function createMachines(
  host: ManagerHost,
  requests: readonly MachineRequest[],
  options: CreateMachinesOptions = {},
): Promise<MachineOutcome[]> {
  const { parallel = 10, attempts = 3, onStatus, ...rest } = options;
  refuseTwice(requests);
  if (requests.length === 0) return [];
  const together = makeTogether(host, await host.server(rest.signal));
  const limit = pLimit(parallel);
  const outcomes = await Promise.all(
    requests.map((request) =>
      limit(async (): Promise<MachineOutcome> => {
        const { machineId } = request;
        const tries: Tries = { attempts, failures: [] };
        try {
          rest.signal?.throwIfAborted();
          const machine = await createMachine(host, request, together, tries, {
            ...rest,
            onStatus: (status) => onStatus?.(machineId, status),
          });
          return { machineId, failures: tries.failures, machine };
        } catch (error) {
          return { machineId, failures: tries.failures, error };
        }
      }),
    ),
  );
  rest.signal?.throwIfAborted();
  return outcomes;
}

function refuseTwice(requests: readonly MachineRequest[]): void {
  const ids = requests.map(({ machineId }) => machineId);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice === undefined) return;
  throw new ManagerError(`machine ${twice} is asked for twice`, {
    code: "MACHINE_TWICE",
    hint: "Ask for each machine once.",
  });
}
