import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LxdkitError } from "@lxdkit/protocol";
import { type AptSource, findReleaseSource, parseAptSources } from "./apt-sources.ts";

/** Reads every package source of a machine whose root is at `root`. */
export function readAptSources(root = "/"): readonly AptSource[] {
  const base = join(root, "etc/apt");
  const folder = join(base, "sources.list.d");
  const files = existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => join(folder, name))
    : [];
  return [join(base, "sources.list"), ...files].flatMap((file) => {
    const format = file.endsWith(".sources") ? "sources" : "list";
    const isRead = format === "sources" || file.endsWith(".list");
    return isRead && existsSync(file) ? parseAptSources(readFileSync(file, "utf8"), format) : [];
  });
}

/** The code name of the machine's release, for example `bookworm`; `undefined` where there is none. */
function readCodename(root: string): string | undefined {
  const file = join(root, "etc/os-release");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return /^VERSION_CODENAME="?([\w-]+)"?$/m.exec(text)?.[1];
}

/**
 * The place that the machine's own packages come from.
 *
 * @throws {LxdkitError} `TESTBED_UNSUPPORTED` when the machine is no Debian or names no such place.
 */
export function readReleaseSource(root = "/"): { readonly codename: string; readonly source: AptSource } {
  const codename = readCodename(root);
  const source = codename === undefined ? undefined : findReleaseSource(readAptSources(root), codename);
  if (codename === undefined || source === undefined) {
    throw new LxdkitError("This machine's APT sources name no place for the packages of its own release.", {
      code: "TESTBED_UNSUPPORTED",
      hint: "Use a Debian machine whose files in /etc/apt name its own release.",
    });
  }
  return { codename, source };
}
