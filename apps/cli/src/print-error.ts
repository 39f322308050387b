import { LxdkitError, MultipleErrors } from "@lxdkit/protocol";

/** Writes an error for people: what happened, and what to do about it. */
export function printError(error: unknown, options: { readonly isDebug: boolean }): void {
  if (isBulk(error)) {
    for (const one of error.errors) printError(one, options);
    return;
  }
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
  if (LxdkitError.is(error) && error.hint !== undefined) process.stderr.write(`Hint: ${error.hint}\n`);
  if (isCloudInit(error)) printLog(error.outcome.log);
  if (options.isDebug) printDetails(error);
}

/** By its code, so that nothing of the server's package is loaded for any other error. */
function isCloudInit(error: unknown): error is LxdkitError & { readonly outcome: { readonly log: string } } {
  return LxdkitError.is(error) && error.code === "CLOUD_INIT_FAILED" && "outcome" in error;
}

/** The container may be gone already, and its log with it. */
function printLog(log: string): void {
  if (log !== "") process.stderr.write(`The last lines of its output:\n${log.trimEnd().replaceAll(/^/gm, "  ")}\n`);
}

/** Failures of several names, each told by itself. */
function isBulk(error: unknown): error is MultipleErrors {
  return error instanceof MultipleErrors && (error.code === "SOME_FAILED" || error.code === "INTERRUPTED");
}

function printDetails(error: unknown): void {
  if (LxdkitError.is(error)) {
    const { code, step, request, address } = error;
    for (const [name, value] of Object.entries({ code, step, request, address })) {
      if (value !== undefined) process.stderr.write(`  ${name}: ${value}\n`);
    }
  } else if (error instanceof Error) {
    process.stderr.write(`${error.stack ?? ""}\n`);
  }
  if (error instanceof Error && error.cause !== undefined) {
    process.stderr.write(`Caused by: ${error.cause instanceof Error ? error.cause.message : "another failure"}\n`);
    printDetails(error.cause);
  }
}
