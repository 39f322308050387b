import { openTestbed } from "../open-testbed.ts";
import { writeRecord } from "./lasting-bed.ts";
import type { BedChoice } from "./parse-arguments.ts";
import { describeError, type Printer } from "./printer.ts";

/** What the holder of a lasting bed tells `up`, which started it. */
export type HolderMessage =
  | { readonly step: string }
  | { readonly environment: Readonly<Record<string, string>> }
  | { readonly error: string };

/**
 * Opens a bed and keeps it until it is told to end (SIGTERM). Started by `up` as a process of its own.
 *
 * When `up` goes away before the bed is open, nobody would know of the bed, so it is given up.
 */
export async function hold(choice: BedChoice, printer: Printer): Promise<number> {
  const controller = new AbortController();
  const end = (): void => {
    controller.abort(new Error("The test bed was ended."));
  };
  const tell = (message: HolderMessage): void => {
    if (process.connected) process.send?.(message);
  };
  process.once("SIGTERM", end).once("SIGINT", end).once("disconnect", end);
  try {
    const bed = await openTestbed({
      ...choice,
      signal: controller.signal,
      onStep: (step) => {
        tell({ step });
      },
    });
    writeRecord(bed.directory, {
      flavour: bed.flavour,
      version: bed.version,
      members: bed.members.length,
      cloudImage: choice.cloudImage,
      since: new Date().toISOString(),
      environment: bed.environment,
    });
    process.off("disconnect", end);
    tell({ environment: bed.environment });
    if (process.connected) process.disconnect();
    await new Promise<void>((resolve) => {
      controller.signal.addEventListener("abort", () => {
        resolve();
      });
      if (controller.signal.aborted) resolve();
    });
    await bed.close();
    return 0;
  } catch (error) {
    tell({ error: describeError(error) });
    printer.error(describeError(error));
    return 1;
  }
}
