import { posix } from "node:path";
import { buffer } from "node:stream/consumers";
import type { CommandContext } from "./command.ts";

/** The path of a file for a command. */
export function at({ directory }: CommandContext, path: string): string {
  return posix.isAbsolute(path) ? path : `${directory === "/" ? "" : directory}/${path}`;
}

/** Options and other words: `-n 3` counts when `valued` has its letter. */
export function split(
  args: readonly string[],
  valued = "",
): { readonly options: Map<string, string>; readonly rest: string[] } {
  const options = new Map<string, string>();
  const rest: string[] = [];
  const left = [...args];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === "--") return { options, rest: [...rest, ...left] };
    if (!/^-[a-zA-Z]/.test(word)) rest.push(word);
    else if (valued.includes(word.charAt(1))) options.set(word.charAt(1), word.slice(2) || (left.shift() ?? ""));
    else for (const letter of word.slice(1)) options.set(letter, "");
  }
  return { options, rest };
}

/** Does something for each file and says of those that it fails for why. */
export function forEach(
  context: CommandContext,
  paths: readonly string[],
  work: (path: string, name: string) => void,
): number {
  let status = 0;
  for (const name of paths) {
    try {
      work(at(context, name), name);
    } catch (error) {
      context.stderr.write(`${context.name}: ${name}: ${sentence(error)}\n`);
      status = 1;
    }
  }
  return status;
}

/** What the kernel says, with a capital letter as programs write it. */
function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The input of a filter: the files that are named, else its own input. */
export async function inputOf(
  context: CommandContext,
  paths: readonly string[],
): Promise<{ bytes: Buffer; status: number }> {
  if (paths.length === 0) return { bytes: await buffer(context.stdin), status: 0 };
  const parts: Buffer[] = [];
  const status = forEach(context, paths, (path) => parts.push(context.files.read(path)));
  return { bytes: Buffer.concat(parts), status };
}
