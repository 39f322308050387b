import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { LxdkitError } from "@lxdkit/protocol";
import { shellQuote } from "../shell-quote.ts";
import type { HolderMessage } from "./hold.ts";
import { findLastingBed } from "./lasting-bed.ts";
import type { BedChoice } from "./parse-arguments.ts";
import type { Printer } from "./printer.ts";

const program = fileURLToPath(new URL("../../bin/testbed.js", import.meta.url));

/** Opens a lasting bed, or finds the one that is up, and prints its environment as lines for a shell. */
export async function up(choice: BedChoice, printer: Printer, signal: AbortSignal): Promise<number> {
  const wanted = { ...choice, flavour: choice.flavour ?? "lxd", members: choice.members ?? 1 } as const;
  const found = findLastingBed(wanted);
  if (found !== undefined) printer.error(`A bed with ${wanted.flavour} is up since ${found.record.since}.`);
  const environment = found?.record.environment ?? (await startHolder(wanted, printer, signal));
  for (const [name, value] of Object.entries(environment)) printer.out(`export ${name}=${shellQuote([value])}`);
  return 0;
}

async function startHolder(
  choice: Required<BedChoice>,
  printer: Printer,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const options = ["--flavour", choice.flavour, "--members", String(choice.members)];
  const args = ["hold", ...options, ...(choice.cloudImage ? ["--cloud"] : [])];
  const holder = fork(program, args, { detached: true, stdio: ["ignore", "ignore", "ignore", "ipc"], execArgv: [] });
  const disconnect = (): void => {
    if (holder.connected) holder.disconnect();
  };
  signal.addEventListener("abort", disconnect, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      holder.on("message", (message: HolderMessage) => {
        if ("step" in message) printer.error(message.step);
        else if ("environment" in message) resolve(message.environment);
        else reject(new LxdkitError(message.error, { code: "TESTBED_START_FAILED" }));
      });
      holder.on("error", reject);
      holder.on("exit", () => {
        reject(
          signal.aborted
            ? (signal.reason as Error)
            : new LxdkitError("The process that holds the bed ended.", { code: "TESTBED_START_FAILED" }),
        );
      });
    });
  } finally {
    signal.removeEventListener("abort", disconnect);
    disconnect();
    holder.unref();
  }
}
