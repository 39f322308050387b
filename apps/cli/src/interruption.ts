import { setMaxListeners } from "node:events";
import { LxdkitError } from "@lxdkit/protocol";
import { exitCode } from "./exit-code.ts";

/**
 * Ends the work when the user asks for it, or when nobody can hear of it any more: the first Ctrl-C (or SIGTERM, or a
 * terminal that is closed) aborts the signal, so that what was begun is cleaned up; the second one leaves at once. Output
 * that cannot be written (a full disk) ends the work in the same way.
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
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (cause: NodeJS.ErrnoException) => {
      // The reader went away (`lxdkit list | head -1`): what was begun is still finished.
      if (cause.code === "EPIPE" || cause.code === "EIO") return;
      process.exitCode = exitCode.failure;
      controller.abort(new LxdkitError(`cannot write output: ${cause.message}`, { code: "OUTPUT_FAILED", cause }));
    });
  }
  return controller.signal;
}
