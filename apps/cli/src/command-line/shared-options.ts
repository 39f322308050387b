import { Option } from "@commander-js/extra-typings";
import { positive } from "./argument-parsers.ts";

/** `--quiet`. */
export function quietOption() {
  return new Option("-q, --quiet", "no progress on stderr").implies({ quiet: true as const });
}

/** `--format`. */
export function formatOption() {
  return new Option("--format <format>", "how to print").choices(["table", "json"] as const).default("table" as const);
}

/** `--flavour`. */
export function flavourOption() {
  return new Option("--flavour <flavour>", "which family to play; lxd by default").choices(["lxd", "incus"] as const);
}

/** `--parallel`. */
export function parallelOption(count: number) {
  return new Option("--parallel <count>", "how many at a time").argParser(positive).default(count);
}

/** The end of a help text. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join("")}`;
}
