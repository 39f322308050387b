import { posix } from "node:path";
import { Readable, Writable } from "node:stream";
import { FileTreeError } from "../../files/file-tree-error.ts";
import type { InstanceFiles } from "../../files/file-tree.ts";
import { openInput } from "../../files/open-input.ts";
import type { Expander } from "./expand.ts";
import type { ShellState, ShellStreams } from "./shell-state.ts";
import type { Redirect } from "./syntax.ts";

/** An input or output that cannot be opened. */
export class RedirectError extends Error {
  override readonly name: string = "RedirectError";
}

/** The streams of a command with its redirects. */
export async function redirected(
  { context: { files }, directory }: ShellState,
  redirects: readonly Redirect[],
  streams: ShellStreams,
  expander: Expander,
): Promise<ShellStreams> {
  let current = streams;
  for (const { fd, kind, target } of redirects) {
    const name = await expander.text(target);
    if (kind === "<<<") {
      current = { ...current, stdin: Readable.from([Buffer.from(`${name}\n`)]) };
      continue;
    }
    if (kind === "&") {
      const other = name === "1" ? current.stdout : name === "2" ? current.stderr : nowhere();
      current = fd === 2 ? { ...current, stderr: other } : fd === 1 ? { ...current, stdout: other } : current;
      continue;
    }
    const path = posix.resolve(directory, name);
    try {
      if (kind === "<") current = { ...current, stdin: openInput(files, path) };
      else {
        const output = outputTo(files, path, kind === ">>", current);
        current = fd === 2 ? { ...current, stderr: output } : { ...current, stdout: output };
      }
    } catch (error) {
      if (!(error instanceof FileTreeError)) throw error;
      const verb = kind === "<" ? "open" : "create";
      throw new RedirectError(`can't ${verb} ${name}: ${error.message}`);
    }
  }
  return current;
}

function outputTo(files: InstanceFiles, path: string, isAppended: boolean, streams: ShellStreams): Writable {
  if (path === "/dev/stdout") return streams.stdout;
  if (path === "/dev/stderr") return streams.stderr;
  if (isAppended) files.append(path, "");
  else files.write(path, "");
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      try {
        files.append(path, chunk);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  }).on("error", () => undefined);
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
