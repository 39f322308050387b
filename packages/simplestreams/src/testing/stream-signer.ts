import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

/** Signs the documents of a stream. */
export interface StreamSigner {
  /** `clear`: the text with its signature around it (`.sjson`); `detached`: the signature alone (`.gpg`). */
  sign(document: Buffer, form: "clear" | "detached"): Promise<Buffer>;
}

/** A {@link StreamSigner} with a new OpenPGP key. */
export interface GpgSigner extends StreamSigner, AsyncDisposable {
  /** The public key, as `gpgv --keyring` reads it. */
  readonly publicKey: Buffer;
  /** Removes the key. */
  close(): Promise<void>;
}

/**
 * Makes a key with the program `gpg` that signs from then on. Rejects with Node's own error when there is no such
 * program.
 */
export async function createGpgSigner(userId = "lxdkit test key"): Promise<GpgSigner> {
  const home = await mkdtemp(join(tmpdir(), "lxdkit-gpg-"));
  const gpg = (args: readonly string[], input?: Buffer): Promise<Buffer> =>
    run("gpg", ["--homedir", home, "--batch", "--quiet", "--no-tty", ...args], input);
  const close = async (): Promise<void> => {
    await run("gpgconf", ["--homedir", home, "--kill", "all"]).catch(() => undefined);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await gpg(["--passphrase", "", "--quick-generate-key", userId, "ed25519", "sign", "never"]);
    const publicKey = await gpg(["--export"]);
    return {
      publicKey,
      sign: (document, form) => gpg([form === "clear" ? "--clear-sign" : "--detach-sign", "--armor"], document),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function run(program: string, args: readonly string[], input?: Buffer): Promise<Buffer> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  const code = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  child.stdin.on("error", () => undefined).end(input);
  const [output, complaint, status] = await Promise.all([buffer(child.stdout), buffer(child.stderr), code]);
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}: ${complaint.toString().trim()}`);
  return output;
}
