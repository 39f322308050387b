import { LxdkitError } from "@lxdkit/protocol";
import type { ContainerSpec, RunningContainer, Server, WaitGoal } from "@lxdkit/server";
import { forEachName } from "../bulk.ts";
import { defaultParallel } from "../default-parallel.ts";
import { connect, type ServerOptions } from "../connect.ts";
import { progressLines, progressText } from "../output/progress-lines.ts";

/** Options of `lxdkit launch`. */
export interface LaunchOptions extends ServerOptions {
  readonly source?: readonly string[] | undefined;
  readonly wait: "running" | "ip" | "agent" | "cloud-init";
  /** Seconds; the limit of each wait itself by default. */
  readonly timeout?: number | undefined;
  readonly profile?: readonly string[] | undefined;
  readonly config?: Readonly<Record<string, string>> | undefined;
  readonly ephemeral?: true | undefined;
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
  const server = await connect(options, signal);
  try {
    const { source, profile, config, ephemeral } = options;
    const found = await server.findImageByAlias(image, {
      ...(source ? { sources: source, local: false } : {}),
      signal,
    });
    const spec: ContainerSpec = {
      image: found,
      ...(profile ? { profiles: profile } : {}),
      ...(config ? { config } : {}),
      ...(ephemeral ? { ephemeral } : {}),
    };
    const wanted = names.length > 0 ? names : [""];
    const made: string[] = [];
    try {
      await forEachName(wanted, options.parallel, async (name) => {
        const container = await server.createContainer(name === "" ? spec : { ...spec, name }, {
          signal,
          waitFor: goals(options),
          ...(options.quiet ? {} : { onProgress: progressLines() }),
        });
        made.push(container.name);
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
