import { LxdkitError, type Operation } from "@lxdkit/protocol";

/**
 * A background operation did not succeed. Codes: `OPERATION_FAILED`, `OPERATION_CANCELLED`, and `OPERATION_GONE` when
 * the server forgot it before its outcome was seen: read the object that it worked on.
 */
export class OperationError extends LxdkitError {
  override readonly name: string = "OperationError";
  /** The operation as last seen. Its metadata may hold secrets, so it is not shown when the error is. */
  declare readonly operation: Operation;

  constructor(
    operation: Operation,
    options: { readonly code: string; readonly text: string; readonly cause?: unknown },
  ) {
    super(`${operation.description || "operation"} ${options.text}`, { code: options.code, cause: options.cause });
    Object.defineProperty(this, "operation", { value: operation, enumerable: false });
  }
}

/**
 * Gives back an operation that succeeded.
 *
 * @throws {OperationError} `OPERATION_FAILED` or `OPERATION_CANCELLED` for one that did not.
 */
export function requireSuccess(operation: Operation): Operation {
  if (operation.status_code === 200) return operation;
  const isCancelled = operation.status_code === 401;
  throw new OperationError(operation, {
    code: isCancelled ? "OPERATION_CANCELLED" : "OPERATION_FAILED",
    text: isCancelled ? "was cancelled" : `failed: ${operation.err || "the server gave no reason"}`,
  });
}
