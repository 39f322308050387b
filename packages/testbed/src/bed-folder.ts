import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { identifyProcess, isRunning, type ProcessIdentity } from "./process-identity.ts";

/** The folder with the scripts that run in and around a bed. */
export const libexec: string = fileURLToPath(new URL("../libexec", import.meta.url));

/**
 * The folder that holds all beds: `LXDKIT_TESTBED_DIR` from the environment, else `/var/tmp/lxdkit-testbed`.
 *
 * It is short, because paths of socket files are limited to 107 bytes, and not in a user's temporary folder, which
 * unprivileged containers could not pass.
 */
export function bedsFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment["LXDKIT_TESTBED_DIR"] ?? "/var/tmp/lxdkit-testbed";
}

/** A bed that was found on disk. */
export interface FoundBed {
  readonly directory: string;
  /** The process that opened it; it may have ended. */
  readonly opener: ProcessIdentity;
  /** The process that keeps it and removes it; not yet there in the first moment of a bed. */
  readonly supervisor: ProcessIdentity | undefined;
}

/**
 * Chooses the folder of a new bed, which its supervisor makes. The name says who opens the bed, so that there is no
 * moment in which its owner is unknown.
 */
export function chooseBedFolder(parent: string): string {
  const opener = identifyProcess(process.pid);
  const name = `${String(process.pid)}-${opener?.started ?? "0"}-${randomBytes(2).toString("hex")}`;
  mkdirSync(parent, { recursive: true });
  // Containers run as other users and must be able to pass.
  chmodSync(parent, 0o711);
  return join(parent, name);
}

/** Lists the beds on disk, oldest opener first. */
export function findBeds(parent: string): readonly FoundBed[] {
  let names: string[];
  try {
    names = readdirSync(parent);
  } catch {
    return [];
  }
  return names.sort().flatMap((name) => {
    const [pid, started] = name.split("-");
    if (pid === undefined || started === undefined || !/^\d+$/.test(pid)) return [];
    const directory = join(parent, name);
    return [{ directory, opener: { pid: Number(pid), started }, supervisor: readSupervisor(directory) }];
  });
}

function readSupervisor(directory: string): ProcessIdentity | undefined {
  try {
    const [pid, started] = readFileSync(join(directory, "supervisor"), "utf8").trim().split(" ");
    return pid === undefined || started === undefined ? undefined : { pid: Number(pid), started };
  } catch {
    return undefined;
  }
}

/** Says whether someone still takes care of the bed. */
export function isKept(bed: FoundBed): boolean {
  return isRunning(bed.supervisor ?? bed.opener);
}

/** Removes what beds left whose supervisor was killed: processes, control groups, folders. Gives their folders. */
export async function sweepBeds(parent: string): Promise<readonly string[]> {
  const abandoned = findBeds(parent).filter((bed) => !isKept(bed));
  const sweep = async ({ directory }: FoundBed): Promise<void> => {
    await execa(join(libexec, "sweep.sh"), [directory], { stdin: "ignore", reject: false });
  };
  await Promise.all(abandoned.map(sweep));
  return abandoned.map(({ directory }) => directory);
}
