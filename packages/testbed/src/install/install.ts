import { writeFileSync } from "node:fs";
import { type Flavour, LxdkitError } from "@lxdkit/protocol";
import { execa } from "execa";
import { pause } from "../pause.ts";
import { findProgram } from "../programs.ts";
import { formatSuiteSource, hasSuite } from "./apt-sources.ts";
import { type Extra, packagesFor } from "./packages.ts";
import { readAptSources, readReleaseSource } from "./read-apt-sources.ts";

/** Input of {@link installPackages}. */
export interface InstallOptions {
  readonly flavours: readonly Flavour[];
  readonly extras: readonly Extra[];
  /** Called with each thing that is done, in words. */
  readonly onStep: (step: string) => void;
  readonly signal?: AbortSignal;
  /** How often APT is tried before it is given up, because mirrors fail now and then; 5 by default. */
  readonly attempts?: number;
}

const backportsFile = "/etc/apt/sources.list.d/lxdkit-testbed-backports.sources";

/**
 * Installs what test beds need from Debian packages. Does nothing when everything is there.
 *
 * @throws {LxdkitError} `TESTBED_UNSUPPORTED` on a machine without APT or root, `TESTBED_INSTALL_FAILED` when APT
 *   fails in every attempt; the hint ends with its last lines.
 */
export async function installPackages(options: InstallOptions): Promise<void> {
  const { onStep } = options;
  const missing = await missingPackages(packagesFor(options.flavours, options.extras));
  if (missing.length === 0) {
    onStep("everything is installed");
    return;
  }
  if (findProgram("apt-get") === undefined || process.geteuid?.() !== 0) {
    throw new LxdkitError(`Packages are missing and cannot be installed by this program: ${missing.join(", ")}.`, {
      code: "TESTBED_UNSUPPORTED",
      hint: "Run it as root on a Debian machine, or install them with the machine's own package manager.",
    });
  }
  onStep("read the package lists");
  await apt(["update"], options);
  const isBackported = missing.some((name) => name.startsWith("incus")) && !(await hasCandidate("incus-base"));
  const release = isBackported ? readReleaseSource() : undefined;
  const suite = release === undefined ? undefined : `${release.codename}-backports`;
  if (release !== undefined && suite !== undefined && !hasSuite(readAptSources(), suite)) {
    onStep(`add the suite ${suite} to the APT sources (${backportsFile})`);
    writeFileSync(backportsFile, formatSuiteSource(release.source, suite));
    await apt(["update"], options);
  }
  onStep(`install ${missing.join(" ")}`);
  // A target release is only preferred where its packages are wanted: everything else stays with the release.
  const fromBackports = suite === undefined ? [] : missing.filter((name) => name.startsWith("incus"));
  const others = missing.filter((name) => !fromBackports.includes(name));
  const install = ["install", "--yes", "--no-install-recommends"];
  if (others.length > 0) await apt([...install, ...others], options);
  if (suite !== undefined) await apt([...install, "--target-release", suite, ...fromBackports], options);
}

async function missingPackages(names: readonly string[]): Promise<readonly string[]> {
  const args = ["-W", "-f", "${Package} ${db:Status-Status}\\n", ...names];
  const { stdout } = await execa("dpkg-query", args, { reject: false, stdin: "ignore" });
  const installed = new Set((stdout ?? "").split("\n").flatMap((line) => /^(\S+) installed$/.exec(line)?.[1] ?? []));
  return names.filter((name) => !installed.has(name));
}

async function hasCandidate(name: string): Promise<boolean> {
  const { stdout } = await execa("apt-cache", ["policy", name], {
    reject: false,
    stdin: "ignore",
    env: { LC_ALL: "C" },
  });
  return /Candidate: (?!\(none\))/.test(stdout);
}

async function apt(args: readonly string[], options: InstallOptions): Promise<void> {
  const attempts = options.attempts ?? 5;
  for (let attempt = 1; ; attempt += 1) {
    const settings = ["-q", "-o", "Acquire::Retries=5", "-o", "DPkg::Lock::Timeout=120"];
    const result = await execa("apt-get", [...settings, ...args], {
      env: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
      stdin: "ignore",
      all: true,
      reject: false,
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    });
    options.signal?.throwIfAborted();
    // An update with some failed lists still exits with 0.
    const isIncomplete = args[0] === "update" && /^(E|Err|W: Failed)/m.test(result.all);
    if (result.exitCode === 0 && !(isIncomplete && attempt < attempts)) return;
    if (attempt >= attempts) {
      throw new LxdkitError(`apt-get ${args.join(" ")} failed ${String(attempts)} times.`, {
        code: "TESTBED_INSTALL_FAILED",
        hint: result.all.split("\n").slice(-10).join("\n"),
      });
    }
    options.onStep(`apt-get ${args[0] ?? ""} failed, try again (${String(attempt + 1)} of ${String(attempts)})`);
    await pause(attempt * 3_000, options.signal);
    if (args[0] !== "update") await apt(["update"], { ...options, attempts: 1 }).catch(() => undefined);
  }
}
