import { existsSync } from "node:fs";
import { type Flavour, flavourTitle, LxdkitError } from "@lxdkit/protocol";
import { findProgram, neededPrograms } from "./programs.ts";

/** What a bed must know of the machine before it starts; tests give other facts. */
export interface MachineFacts {
  /** As `process.platform`. */
  readonly platform: string;
  /** Effective user. */
  readonly userId: number;
  /** Whether the kernel offers a kind of namespace. */
  hasNamespace(kind: string): boolean;
  /** Where a program is, if it is there. */
  findProgram(program: string): string | undefined;
}

/** The facts of this machine. */
export function readMachineFacts(): MachineFacts {
  return {
    platform: process.platform,
    userId: process.geteuid?.() ?? -1,
    hasNamespace: (kind) => existsSync(`/proc/self/ns/${kind}`),
    findProgram: (program) => findProgram(program),
  };
}

const kinds = ["cgroup", "ipc", "mnt", "net", "pid", "uts"];

/** Says how to get the programs of a flavour. */
function installHint(flavour: Flavour, withCloudImage: boolean): string {
  const options = `install --flavour ${flavour}${withCloudImage ? " --with cloud" : ""}`;
  return (
    `Install what is missing with \`npx lxdkit-testbed ${options}\` ` +
    `(in the repository of lxdkit: \`npm run testbed -- ${options}\`).`
  );
}

/**
 * Checks that a bed can run on this machine.
 *
 * @throws {LxdkitError} `TESTBED_UNSUPPORTED` when the machine cannot (not Linux, not root, no namespaces),
 *   `TESTBED_MISSING_PROGRAMS` when something has to be installed.
 */
export function checkPreconditions(flavour: Flavour, withCloudImage: boolean, facts: MachineFacts): void {
  const unsupported = (message: string, hint: string): LxdkitError =>
    new LxdkitError(message, { code: "TESTBED_UNSUPPORTED", hint });
  if (facts.platform !== "linux") {
    throw unsupported(
      `A test bed needs Linux; this machine runs ${facts.platform}.`,
      "Use a Linux machine, or the fakes of @lxdkit/testing, which run everywhere.",
    );
  }
  if (facts.userId !== 0) {
    throw unsupported(
      "A test bed needs root, because it makes namespaces, mounts and containers.",
      "Run the same command as root, or use the fakes of @lxdkit/testing, which run everywhere.",
    );
  }
  const absent = kinds.filter((kind) => !facts.hasNamespace(kind));
  if (absent.length > 0) {
    throw unsupported(
      `The kernel offers no namespace of kind ${absent.join(", ")}, which a test bed needs.`,
      "Use a kernel that has them, or the fakes of @lxdkit/testing, which run everywhere.",
    );
  }
  const missing = neededPrograms(flavour, withCloudImage).filter(({ program }) => !facts.findProgram(program));
  if (missing.length > 0) {
    const programs = missing.map(({ program }) => program).join(", ");
    throw new LxdkitError(`A test bed with ${flavourTitle(flavour)} needs programs that are not here: ${programs}.`, {
      code: "TESTBED_MISSING_PROGRAMS",
      hint: installHint(flavour, withCloudImage),
    });
  }
}
