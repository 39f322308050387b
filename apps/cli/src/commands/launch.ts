import { LxdkitError } from "@lxdkit/protocol";
import {
  type ContainerSpec,
  type CreateContainerOptions,
  type RunningContainer,
  type Server,
  UnreadContainerError,
  type WaitGoal,
} from "@lxdkit/server";
import { badArgument } from "../bad-argument.ts";
import { forEachName } from "../bulk.ts";
import { defaultParallel } from "../default-parallel.ts";
import { connect, type ServerOptions } from "../connect.ts";
import { inZone, launchSpec, readWanted, type WantedOptions } from "./launch-spec.ts";
import { progressLines, progressText } from "../output/progress-lines.ts";

/** Options of `lxdkit launch`. */
export interface LaunchOptions extends ServerOptions, WantedOptions {
  readonly source?: readonly string[] | undefined;
  readonly wait: "running" | "ip" | "agent" | "cloud-init";
  /** Seconds; the limit of each wait itself by default. */
  readonly timeout?: number | undefined;
  readonly profile?: readonly string[] | undefined;
  readonly ephemeral?: true | undefined;
  readonly start: boolean;
  readonly parallel: number;
  readonly format: "table" | "json";
  readonly quiet?: true | undefined;
}

/** Makes containers from an image and prints one line for each when it runs. */
export async function launch(
  image: string,
  names: readonly string[],
  options: LaunchOptions,
  signal: AbortSignal,
): Promise<void> {
  refuseDuplicates(names);
  if (!options.start && options.wait !== "running") throw badArgument("--no-start leaves nothing to wait for");
  const wanted = await readWanted(options);
  const server = await connect(options, signal);
  try {
    const { source, profile, ephemeral, start } = options;
    const found = await server.findImageByAlias(image, {
      ...(source ? { sources: source, local: false } : {}),
      virtType: wanted.type,
      architecture: runnable(server, wanted.constraints.arch),
      proxy: { environment: process.env },
      signal,
    });
    const plain: ContainerSpec = {
      image: found,
      type: wanted.type,
      ...(profile ? { profiles: profile } : {}),
      ...(ephemeral ? { ephemeral } : {}),
      ...(start ? {} : { start }),
    };
    const spec = await launchSpec(server, plain, wanted, signal);
    const made: string[] = [];
    try {
      await forEachName(names.length > 0 ? names : [""], options.parallel, async (name) => {
        const placed = await inZone(server, spec, wanted, signal);
        const container = await create(server, name === "" ? placed : { ...placed, name }, made, {
          signal,
          waitFor: goals(options),
          ...(options.quiet ? {} : { onProgress: progressLines() }),
        });
        if (options.format === "table") process.stdout.write(line(container));
      });
    } finally {
      if (signal.aborted) await removeAll(server, made);
      else if (options.format === "json") await printInstances(server, made);
    }
    // All of them ran before the interruption came; they are gone all the same.
    signal.throwIfAborted();
  } finally {
    await server.close();
  }
}

/** What a server alone does not run is told by the check of the spec. */
function runnable({ isClustered, supportedArches }: Server, arch: string | undefined): string | undefined {
  return arch !== undefined && (isClustered || supportedArches.includes(arch)) ? arch : undefined;
}

/** A container that has finished cloud-init has its address too. */
function goals({ wait, timeout }: LaunchOptions): WaitGoal[] {
  const limit = timeout === undefined ? {} : { timeoutMs: timeout * 1000 };
  const address = { for: "address", ...limit } as const;
  switch (wait) {
    case "running":
      return [];
    case "ip":
      return [address];
    case "agent":
      return [{ for: "agent", ...limit }];
    case "cloud-init":
      return [address, { for: "cloud-init", ...limit }];
  }
}

/** Notes what is there afterwards, also when it could not be read at the end. */
async function create(
  server: Server,
  spec: ContainerSpec,
  made: string[],
  options: CreateContainerOptions,
): Promise<RunningContainer> {
  try {
    const container = await server.createContainer(spec, options);
    made.push(container.name);
    return container;
  } catch (error) {
    if (error instanceof UnreadContainerError) made.push(error.container);
    throw error;
  }
}

/** An interrupted launch leaves none of its containers, not even those that ran already. */
async function removeAll(server: Server, names: readonly string[]): Promise<void> {
  await forEachName(names, defaultParallel.delete, async (name) => {
    process.stderr.write(`${progressText({ step: "cleaning-up", container: name })}\n`);
    await server.removeContainer(name, { force: true, signal: AbortSignal.timeout(60_000) });
  });
}

async function printInstances(server: Server, names: readonly string[]): Promise<void> {
  const instances = await server.listInstances();
  process.stdout.write(`${JSON.stringify(instances.filter(({ name }) => names.includes(name)))}\n`);
}

/** The name, and what it can be reached at when that was waited for. */
function line({ name, addresses }: RunningContainer): string {
  return `${[name, ...addresses.map(({ address }) => address)].join(" ")}\n`;
}

function refuseDuplicates(names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  throw new LxdkitError(`${twice} is named twice`, { code: "BAD_INSTANCE_NAME", hint: "Name each container once." });
}
