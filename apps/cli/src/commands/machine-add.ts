import type { LxdContainerManager, MachineOutcome, MachineRequest, MachineStatus } from "@lxdkit/container-manager";
import { validateNetworkConfig, validateUserData } from "@lxdkit/cloud-init";
import { MultipleErrors } from "@lxdkit/protocol";
import { parseConstraints } from "@lxdkit/server";
import { badArgument } from "../bad-argument.ts";
import { readTextFile } from "../read-text-file.ts";
import { type MachineOptions, withManager } from "./machine-manager.ts";

/** Options of `lxdkit machine add`. */
export interface AddMachinesOptions extends MachineOptions {
  readonly series: string;
  /** As people write them. */
  readonly constraints?: string | undefined;
  /** Path of a file. */
  readonly userData?: string | undefined;
  /** Path of a file. */
  readonly networkConfig?: string | undefined;
  readonly profile?: readonly string[] | undefined;
  readonly source?: readonly string[] | undefined;
  readonly target?: string | undefined;
  readonly format: "table" | "json";
  readonly parallel: number;
  readonly quiet?: true | undefined;
}

/** Makes machines and prints one line for each when all are done: its id, its container and where that came from. */
export async function addMachines(
  ids: readonly string[],
  options: AddMachinesOptions,
  signal: AbortSignal,
): Promise<void> {
  const request = readRequest(options);
  await withManager(options, signal, async (manager) => {
    const outcomes = await manager.createContainers(
      ids.map((machineId) => ({ ...request, machineId })),
      { parallel: options.parallel, signal, ...(options.quiet ? {} : { onStatus: statusLines() }) },
    );
    print(outcomes, options.format, manager);
    const failed = outcomes.flatMap((one) => ("error" in one ? [one.error] : []));
    if (failed.length === 1) throw failed[0];
    if (failed.length > 1) {
      throw new MultipleErrors(`${String(failed.length)} of ${String(ids.length)} failed`, failed, {
        code: "SOME_FAILED",
      });
    }
  });
}

function readRequest(options: AddMachinesOptions): Omit<MachineRequest, "machineId"> {
  const { series, profile, target } = options;
  const constraints = parseConstraints(options.constraints ?? "");
  if (target !== undefined && constraints.zones !== undefined) {
    throw badArgument("--target and the constraint zones exclude each other");
  }
  return {
    series,
    constraints,
    profiles: profile,
    target,
    userData: readFile(options.userData, validateUserData),
    networkData: readFile(options.networkConfig, validateNetworkConfig),
  };
}

function readFile(
  path: string | undefined,
  validate: (text: string, options: { readonly name: string }) => void,
): string | undefined {
  if (path === undefined) return undefined;
  const text = readTextFile(path);
  if (text.trim() === "") throw badArgument(`${path} is empty`);
  validate(text, { name: path });
  return text;
}

function print(
  outcomes: readonly MachineOutcome[],
  format: "table" | "json",
  { namespace }: LxdContainerManager,
): void {
  const made = outcomes.flatMap((one) => ("machine" in one ? [one] : []));
  if (format === "json") {
    const rows = made.map(({ machineId, machine: { instance, hardware, origin } }) => ({
      machine: machineId,
      container: instance.id,
      model: namespace.modelUuid,
      origin,
      hardware,
    }));
    process.stdout.write(`${JSON.stringify(rows)}\n`);
    return;
  }
  for (const { machineId, machine } of made) {
    process.stdout.write(`${machineId} ${machine.instance.id} ${machine.origin}\n`);
  }
}

/** A download tells its percentage many times a second; a reader wants one now and then. */
const tellEveryMs = 1_000;

function statusLines(): (machineId: string, status: MachineStatus) => void {
  let last = -Infinity;
  return (machineId, { status, message }) => {
    const now = performance.now();
    if (message.startsWith("Retrieving") && now - last < tellEveryMs) return;
    if (message.startsWith("Retrieving")) last = now;
    process.stderr.write(`${machineId}: ${status}: ${message}\n`);
  };
}
