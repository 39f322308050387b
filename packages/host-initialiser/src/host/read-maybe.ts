import type { HostAccess } from "./host-access.ts";

/** The text of a file; empty when it is missing or may not be read. */
export async function readMaybe({ readFile }: Pick<HostAccess, "readFile">, path: string): Promise<string> {
  return readFile(path).catch(() => "");
}

/** What a program says when it ends well; undefined when it does not, or is not there. */
export async function outputOf(
  { run }: Pick<HostAccess, "run">,
  command: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await run(command, args, { signal });
    return exitCode === 0 ? stdout : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES") return undefined;
    throw error;
  }
}
