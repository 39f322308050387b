import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { CommandRunner } from "@lxdkit/protocol";
import { SimplestreamsError } from "./simplestreams-error.ts";

/** Who may have signed a stream. */
export interface StreamKeyring {
  /** A file with public OpenPGP keys, as `gpg --export` writes it (not armoured). */
  readonly path: string;
  /** Runs `gpgv`; as a child process by default. */
  readonly run?: CommandRunner;
}

/** A document and its signature: a text with the signature around it, or two files. */
export interface SignedDocument {
  readonly url: string;
  readonly text: string;
  /** Undefined when the text holds its own. */
  readonly signature?: string;
}

/**
 * The content of a signed document, once `gpgv` has found that a key of the ring signed it.
 *
 * @throws {SimplestreamsError} `GPGV_MISSING` when there is no such program, `SIGNATURE_INVALID` when the signature is
 * none, not of this text, or of a key that is not in the ring.
 */
export async function verifySignature(
  { url, text, signature }: SignedDocument,
  { path, run = runProgram }: StreamKeyring,
  signal: AbortSignal,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-gpgv-"));
  const file = (name: string): string => join(folder, name);
  try {
    await writeFile(file("document"), text);
    if (signature !== undefined) await writeFile(file("signature"), signature);
    const files =
      signature === undefined ? ["--output", file("content"), file("document")] : [file("signature"), file("document")];
    const { exitCode, stderr } = await start(run, ["--keyring", resolve(path), ...files], signal);
    if (exitCode !== 0) {
      const reason = stderr.replaceAll("gpgv: ", "").trim().split("\n").at(-1) ?? "";
      throw new SimplestreamsError(`the signature of ${url} is not valid: ${reason}`, {
        code: "SIGNATURE_INVALID",
        address: url,
        hint: `Make sure that ${path} holds the public key of the image server, and that nobody changes what it sends.`,
      });
    }
    return signature === undefined ? await readFile(file("content"), "utf8") : text;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function start(run: CommandRunner, args: readonly string[], signal: AbortSignal): ReturnType<CommandRunner> {
  try {
    return await run("gpgv", args, { signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new SimplestreamsError("signatures cannot be checked, because the program gpgv cannot be started", {
      code: "GPGV_MISSING",
      cause,
      hint: "Install gpgv (the package of that name on Debian and Ubuntu), or read the stream without a key ring.",
    });
  }
}

async function runProgram(
  command: string,
  args: readonly string[] = [],
  { signal }: Parameters<CommandRunner>[2] = {},
): ReturnType<CommandRunner> {
  const { execFile } = await import("node:child_process");
  try {
    return { exitCode: 0, ...(await promisify(execFile)(command, args, signal === undefined ? {} : { signal })) };
  } catch (error) {
    const { code, stdout, stderr } = error as {
      readonly code?: unknown;
      readonly stdout: string;
      readonly stderr: string;
    };
    if (typeof code === "number") return { exitCode: code, stdout, stderr };
    throw error;
  }
}
