import type { HostAccess } from "./host-access.ts";
import { outputOf } from "./read-maybe.ts";

/** Debian packages with the daemon of a family. */
const serverPackages = ["lxd", "incus-base", "incus"] as const;

/** What Debian's package manager knows. */
export interface PackageFacts {
  /** Whether `apt-get` is there. */
  readonly hasApt: boolean;
  /** Package to version, of those that are installed. */
  readonly installed: Readonly<Record<string, string>>;
  /** Package to version, of those that could be. */
  readonly candidates: Readonly<Record<string, string>>;
}

/** Asks `dpkg-query` and `apt-cache`; changes nothing. */
export async function readPackages(
  host: Pick<HostAccess, "run" | "exists">,
  signal: AbortSignal | undefined,
): Promise<PackageFacts> {
  if (!(await host.exists("/usr/bin/apt-get"))) return { hasApt: false, installed: {}, candidates: {} };
  // It ends with 1 when one of them is not known; --show of a pattern does not.
  const format = "${Package} ${db:Status-Status} ${Version}\\n";
  const listed = await outputOf(host, "dpkg-query", ["--show", `--showformat=${format}`, "lxd*", "incus*"], signal);
  const policy = await outputOf(host, "apt-cache", ["policy", ...serverPackages], signal);
  return { hasApt: true, installed: readInstalled(listed ?? ""), candidates: readCandidates(policy ?? "") };
}

function readInstalled(text: string): Readonly<Record<string, string>> {
  const known: readonly string[] = serverPackages;
  return Object.fromEntries(
    text
      .split("\n")
      .map((line) => line.split(" "))
      .flatMap(([name = "", status, version = ""]) =>
        status === "installed" && known.includes(name) ? [[name, version] as const] : [],
      ),
  );
}

function readCandidates(text: string): Readonly<Record<string, string>> {
  const candidates: Record<string, string> = {};
  let name = "";
  for (const line of text.split("\n")) {
    name = /^(\S+):$/.exec(line)?.[1] ?? name;
    const version = /^\s+Candidate:\s+(\S+)$/.exec(line)?.[1];
    if (version !== undefined && version !== "(none)") candidates[name] = version;
  }
  return candidates;
}
