import { readFileSync } from "node:fs";
import { type Flavour, flavourTitle, LxdkitError } from "@lxdkit/protocol";
import type { BedLayout } from "./bed-layout.ts";

const lines = 15;

/** The last lines of every member's log. Must be read before the bed is closed. */
export function tailOfLogs(layout: BedLayout): string {
  return layout.members
    .map(({ name, logFile }) => ({ name, text: readText(logFile).trimEnd() }))
    .filter(({ text }) => text !== "")
    .map(({ name, text }) => `Last lines of the log of ${name}:\n${text.split("\n").slice(-lines).join("\n")}`)
    .join("\n");
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** The error to throw when a bed could not be opened: errors that say how to help themselves stay as they are. */
export function describeFailure(error: unknown, flavour: Flavour, log: string): LxdkitError {
  if (LxdkitError.is(error) && error.hint !== undefined) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new LxdkitError(`The test bed with ${flavourTitle(flavour)} could not be opened: ${reason}`, {
    code: LxdkitError.is(error) ? error.code : "TESTBED_START_FAILED",
    hint: log === "" ? "The server wrote no log." : log,
    cause: error,
  });
}
