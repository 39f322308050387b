import { setMaxListeners } from "node:events";
import { LxdkitError } from "@lxdkit/protocol";
import { exitCode } from "./exit-code.ts";

/**
 * Ends the work when the user asks for it: the first Ctrl-C (or SIGTERM) aborts the signal, so that what was begun
 * is cleaned up; the second one leaves at once.
 */
export function watchInterruption(): AbortSignal {
  const controller = new AbortController();
  // Every task of a bulk command listens to this one signal; that is no leak.
  setMaxListeners(0, controller.signal);
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    process.stderr.write("\nInterrupted: cleaning up. Press Ctrl-C again to leave at once.\n");
    controller.abort(new LxdkitError("interrupted", { code: "INTERRUPTED" }));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return controller.signal;
}
