import { existsSync } from "node:fs";
import { LxdkitError } from "@lxdkit/protocol";
import { bedsFolder, sweepBeds } from "../bed-folder.ts";
import { pause } from "../pause.ts";
import { isRunning } from "../process-identity.ts";
import { type LiveBed, liveBeds } from "./lasting-bed.ts";
import type { Printer } from "./printer.ts";

const deadlineMs = 60_000;

/** Closes every lasting bed, removes what crashed beds left, and leaves beds of running programs alone. */
export async function down(printer: Printer): Promise<number> {
  const lasting = liveBeds().filter(({ record }) => record !== undefined);
  for (const { opener } of lasting) if (isRunning(opener)) process.kill(opener.pid, "SIGTERM");
  await Promise.all(lasting.map(waitUntilGone));
  for (const { directory } of lasting) printer.error(`closed ${directory}`);
  for (const directory of await sweepBeds(bedsFolder())) printer.error(`removed what was left of ${directory}`);
  return 0;
}

async function waitUntilGone({ directory, opener }: LiveBed): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (existsSync(directory) || isRunning(opener)) {
    if (Date.now() > deadline) {
      throw new LxdkitError(`The bed ${directory} did not close within ${String(deadlineMs / 1000)} s.`, {
        code: "TESTBED_CLOSE_FAILED",
        hint: `Look at process ${String(opener.pid)}, which holds it.`,
      });
    }
    await pause(50);
  }
}
