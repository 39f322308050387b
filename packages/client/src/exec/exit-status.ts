import { LxdkitError, type Operation } from "@lxdkit/protocol";
import { OperationError } from "../operation-error.ts";

/** How a command ended. */
export interface ExecExit {
  /** 0 to 255; 126 when the command could not be executed, 127 when it was not found. */
  readonly exitCode: number;
  /**
   * Number of the signal that ended the command, where the code says so: 128 and the signal. A command that ends with
   * such a code by itself looks the same.
   */
  readonly signal?: number | undefined;
}

/** Reads how a command ended from its operation; undefined when the operation does not tell. */
function readExit({ metadata }: Operation): ExecExit | undefined {
  const code = metadata["return"];
  // A server that could not start or follow the command says -1.
  if (typeof code !== "number" || !Number.isInteger(code) || code < 0 || code > 255) return undefined;
  return code > 128 && code <= 128 + 64 ? { exitCode: code, signal: code - 128 } : { exitCode: code };
}

/**
 * Waits for the end of a command's operation. Servers tell the codes 126 and 127 as failures of the operation.
 *
 * @throws {OperationError} when the server could not run the command, or does not know how it ended.
 */
export async function waitForExit(end: Promise<Operation | undefined>): Promise<ExecExit> {
  let operation: Operation | undefined;
  try {
    operation = await end;
  } catch (error) {
    const exit = error instanceof OperationError ? readExit(error.operation) : undefined;
    if (exit === undefined) throw error;
    return exit;
  }
  const exit = operation === undefined ? undefined : readExit(operation);
  if (exit !== undefined) return exit;
  throw new LxdkitError("the server did not tell how the command ended", { code: "BAD_METADATA" });
}
