import { setTimeout as delay } from "node:timers/promises";
import { LxdkitError } from "@lxdkit/protocol";
import type { CreateContainerOptions, Server } from "@lxdkit/server";
import type { ManagerHost } from "../manager-host.ts";
import { createNicSources, type NicSources } from "../networks/machine-devices.ts";
import { createPlacement, type Placement } from "../placement/placement.ts";
import type { CreatedMachine } from "./created-machine.ts";
import type { MachineRequest } from "./machine-request.ts";
import { createStatusReport, type OnMachineStatus } from "./machine-status.ts";
import { makeMachine } from "./make-machine.ts";

/** Options of {@link createMachine}. */
export interface CreateMachineOptions extends Pick<CreateContainerOptions, "waitFor" | "onProgress"> {
  readonly onStatus?: OnMachineStatus | undefined;
  /** Ends the work; what was made so far is removed before the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What machines share that are made together. */
export interface Together {
  readonly nics: NicSources;
  readonly placement: Placement;
}

/** Makes what is shared. */
export function makeTogether(host: ManagerHost, server: Server): Together {
  return { nics: createNicSources(server, host.random), placement: createPlacement(host, server) };
}

/** How often a machine is tried, and what came of the tries before the last one. */
export interface Tries {
  readonly attempts: number;
  readonly failures: unknown[];
}

/** Milliseconds before the second attempt; each further pause is twice as long. */
const firstPauseMs = 500;

/**
 * Makes a machine: on another member of the cluster when the one that was chosen is off-line, and as many times as
 * there are attempts while it may succeed yet. Each attempt leaves nothing, or what the next one adopts.
 */
export async function createMachine(
  host: ManagerHost,
  request: MachineRequest,
  together: Together,
  { attempts, failures }: Tries,
  options: CreateMachineOptions,
): Promise<CreatedMachine> {
  const { onStatus, signal, ...rest } = options;
  const { placement, nics } = together;
  const report = createStatusReport(onStatus);
  let left = attempts;
  for (;;) {
    let target: string | undefined;
    try {
      const server = await host.server(signal);
      target = await placement.choose(request, signal);
      return await makeMachine(host, server, request, { ...rest, nics, report, target, signal });
    } catch (error) {
      if (signal?.aborted === true) {
        report.failed(signal.reason);
        throw signal.reason as unknown;
      }
      if (target !== undefined) placement.giveBack(target);
      const isElsewhere = await isForAnother(request, target, error, placement, signal);
      if (!isElsewhere) left -= 1;
      if (!isElsewhere && (left === 0 || !mayPass(error))) {
        report.failed(error);
        throw error;
      }
      failures.push(error);
      if (!isElsewhere) await pause(host, firstPauseMs * 2 ** (attempts - left - 1), signal);
    }
  }
}

/** Says whether another member is to be tried: the server chose nothing wrong, its member is away. */
async function isForAnother(
  request: MachineRequest,
  target: string | undefined,
  error: unknown,
  placement: Placement,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (target === undefined || request.target !== undefined || !mayPass(error)) return false;
  // What cannot be asked now is not known to be away.
  return placement.isAway(target, signal).catch(() => false);
}

/** These come again however often it is tried. */
const lasting: ReadonlySet<string> = new Set([
  "MACHINE_ID_INVALID",
  "CONTAINER_FOREIGN",
  "NETWORK_CONFIG_INVALID",
  "NAME_TAKEN",
  "NO_MEMBER",
  "BAD_CONTAINER_SPEC",
  "BAD_INSTANCE_NAME",
  "NOT_CLUSTERED",
  "IMAGE_NOT_FOUND",
  "SERIES_UNKNOWN",
  "SERIES_NOT_SUPPORTED",
  "POOL_NOT_FOUND",
  "POOL_NOT_ON_MEMBER",
  "FORBIDDEN",
]);

/** Errors in what is asked for. */
const descriptions: ReadonlySet<string> = new Set(["NetworkDeviceError", "CloudInitDataError"]);

function mayPass(error: unknown): boolean {
  return LxdkitError.is(error) && !descriptions.has(error.name) && !lasting.has(error.code);
}

async function pause({ sleep }: ManagerHost, ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await (sleep === undefined ? delay(ms, undefined, signal && { signal }) : sleep(ms, { signal }));
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
