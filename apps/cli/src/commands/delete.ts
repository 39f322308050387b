import { LxdkitError } from "@lxdkit/protocol";
import { forEachName } from "../bulk.ts";
import { connect, type ServerOptions } from "../connect.ts";
import { progressLines } from "../output/progress-lines.ts";

/** Options of `lxdkit delete`. */
export interface DeleteOptions extends ServerOptions {
  readonly force?: true | undefined;
  readonly stop?: true | undefined;
  /** Seconds that a container gets to stop. */
  readonly timeout: number;
  readonly parallel: number;
  readonly quiet?: true | undefined;
}

/** Deletes containers and prints the name of each that is gone. */
export async function deleteContainers(
  names: readonly string[],
  options: DeleteOptions,
  signal: AbortSignal,
): Promise<void> {
  const server = await connect(options, signal);
  try {
    await forEachName([...new Set(names)], options.parallel, async (name) => {
      const isRemoved = await server.removeContainer(name, {
        signal,
        force: options.force === true,
        ...(options.stop ? { stopTimeoutMs: options.timeout * 1000 } : {}),
        ...(options.quiet ? {} : { onProgress: progressLines() }),
      });
      if (!isRemoved) {
        throw new LxdkitError(`there is no instance named ${name}`, {
          code: "CONTAINER_NOT_FOUND",
          hint: "lxdkit list shows what there is.",
        });
      }
      process.stdout.write(`${name}\n`);
    });
  } finally {
    await server.close();
  }
}
