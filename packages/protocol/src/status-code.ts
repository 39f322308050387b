/** Status codes of operations and instances and the names that the server prints for them. */
export const statusNames: Readonly<Record<number, string>> = {
  100: "Operation created",
  101: "Started",
  102: "Stopped",
  103: "Running",
  104: "Cancelling",
  105: "Pending",
  106: "Starting",
  107: "Stopping",
  108: "Aborting",
  109: "Freezing",
  110: "Frozen",
  111: "Thawed",
  112: "Error",
  113: "Ready",
  200: "Success",
  400: "Failure",
  401: "Cancelled",
};

/** The status codes that lxdkit decides by. */
export const statusCode: {
  readonly stopped: 102;
  readonly running: 103;
  readonly pending: 105;
  readonly ready: 113;
  readonly success: 200;
  readonly failure: 400;
  readonly cancelled: 401;
} = { stopped: 102, running: 103, pending: 105, ready: 113, success: 200, failure: 400, cancelled: 401 };

/** Says whether an operation with this status code has ended. */
export function isFinalStatus(code: number): boolean {
  return code >= 200;
}
