import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Flavour } from "@lxdkit/protocol";
import { bedsFolder, sweepBeds } from "../bed-folder.ts";
import { type BedTrace, traceBed } from "./leftovers.ts";
import { pause } from "../pause.ts";
import { identifyProcess, isRunning } from "../process-identity.ts";
import { namesOf } from "../programs.ts";

/** Input of {@link crashOpener}. */
export interface CrashOpenerOptions {
  readonly flavour: Flavour;
  /** When to kill: as soon as containers run, or so many milliseconds after the bed's folder appears. */
  readonly killAt: "launched" | number;
  /** Kills the bed's supervisor first, and afterwards removes what is left as the next bed would. */
  readonly withSupervisor?: boolean;
}

/** Opens a bed in a program of its own, launches containers without end, and kills the program. */
export async function crashOpener(options: CrashOpenerOptions): Promise<BedTrace> {
  // The program runs the compiled form: a plain Node.js cannot run the sources.
  const built = new URL("../../dist/index.js", import.meta.url).href;
  const { client } = namesOf[options.flavour];
  const program = `
    import { openTestbed } from ${JSON.stringify(built)};
    const say = (line) => process.stdout.write(line + "\\n");
    const bed = await openTestbed({ flavour: "${options.flavour}", onDirectory: (path) => say("directory " + path) });
    for (let number = 1; number < 1000; number += 2) {
      await Promise.all([0, 1].map((more) => bed.run(["${client}", "launch", "tiny", "c" + (number + more)])));
      say("launched");
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      resolve();
    });
  });
  let directory: string | undefined;
  try {
    for await (const line of createInterface(child.stdout)) {
      if (line.startsWith("directory ")) directory = line.slice("directory ".length);
      if (line === options.killAt) break;
      if (directory !== undefined && typeof options.killAt === "number") {
        await pause(options.killAt);
        break;
      }
    }
    if (directory === undefined) throw new Error("the program ended before it had made a bed");
    const trace = traceBed(directory);
    const [pid = ""] =
      options.withSupervisor === true ? readFileSync(join(directory, "supervisor"), "utf8").split(" ") : [];
    const supervisor = pid === "" ? undefined : identifyProcess(Number(pid));
    if (supervisor !== undefined) process.kill(supervisor.pid, "SIGKILL");
    child.kill("SIGKILL");
    await ended;
    if (supervisor !== undefined) {
      while (isRunning(supervisor)) await pause(10);
      await sweepBeds(bedsFolder());
    }
    return trace;
  } finally {
    child.kill("SIGKILL");
  }
}
