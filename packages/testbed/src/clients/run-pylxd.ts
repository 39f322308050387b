import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSelfSignedCertificate } from "@lxdkit/certificates";
import { execa } from "execa";
import { tinyImage } from "../images/tiny-image.ts";
import { maskOutput } from "./mask-output.ts";
import type { ClientTarget } from "./create-runner.ts";

/** The Python that Debian's packages are for. */
const python = "/usr/bin/python3";

const script = fileURLToPath(new URL("pylxd-script.py", import.meta.url));

/** Why pylxd cannot be used on this machine; undefined when it can. */
export async function lackOfPylxd(): Promise<string | undefined> {
  const { exitCode } = await execa(python, ["-c", "import pylxd, ws4py"], { reject: false });
  return exitCode === 0 ? undefined : `${python} has no pylxd; the Debian package python3-pylxd has it`;
}

/** Runs the script of pylxd; gives what came of each call by its name, ready to be compared. */
export async function runPylxd(target: ClientTarget, certificate: string): Promise<ReadonlyMap<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-client-"));
  try {
    const file = join(folder, "client.crt");
    await writeFile(file, certificate);
    const { unified = "" } = await tinyImage();
    const args = ["-W", "ignore", script, target.socketPath, unified, file];
    const { stdout } = await execa(python, args, {
      env: { PATH: process.env["PATH"] ?? "", HOME: folder, LC_ALL: "C.UTF-8" },
      extendEnv: false,
      timeout: 60_000,
    });
    const paths = [[target.directory, "<server>"] as const];
    const lines = maskOutput(stdout, paths).split("\n");
    return new Map(lines.map((line) => [(JSON.parse(line) as { readonly call: string }).call, line]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A certificate for the script to add. */
export async function certificateForPylxd(): Promise<string> {
  return (await createSelfSignedCertificate({ usage: "client", commonName: "pylxd@test" })).certificate;
}
