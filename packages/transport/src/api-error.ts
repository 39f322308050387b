import { LxdkitError } from "@lxdkit/protocol";

const codes: Readonly<Record<number, string>> = {
  400: "BAD_REQUEST",
  401: "NOT_TRUSTED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  412: "ETAG_MISMATCH",
  501: "NOT_SUPPORTED",
  503: "UNAVAILABLE",
};

/** What an {@link ApiError} is made of. */
export interface ApiErrorOptions {
  /** HTTP status of the answer. */
  readonly status: number;
  /** The server's own text. */
  readonly serverMessage: string;
  readonly request: string;
  readonly address: string;
  /** When the server wants to be asked again. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The server understood and refused. Decide by `status` or `code` (`BAD_REQUEST`, `NOT_TRUSTED`, `FORBIDDEN`,
 * `NOT_FOUND`, `CONFLICT`, `ETAG_MISMATCH`, `NOT_SUPPORTED`, `UNAVAILABLE`, else `SERVER_ERROR`), never by the text:
 * it differs between versions.
 */
export class ApiError extends LxdkitError {
  override readonly name: string = "ApiError";
  /** HTTP status of the answer. */
  readonly status: number;
  /** The server's own text. */
  readonly serverMessage: string;
  /** Milliseconds after which the server wants to be asked again; only there when its answer says so. */
  declare readonly retryAfterMs?: number;

  constructor(options: ApiErrorOptions) {
    const { status, serverMessage, request, address, retryAfterMs } = options;
    super(`${request}: ${serverMessage || "refused without a reason"} (${String(status)})`, {
      code: codes[status] ?? "SERVER_ERROR",
      request,
      address,
      ...(status === 503 ? { hint: "The server is starting or stopping; try again in a moment." } : {}),
    });
    this.status = status;
    this.serverMessage = serverMessage;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}

/** Says whether `error` is the server's answer that something does not exist. */
export function isNotFound(error: unknown): boolean {
  return LxdkitError.is(error) && error.code === "NOT_FOUND" && (error as ApiError).status === 404;
}

/**
 * Says whether `error` is the server's answer that something of that name exists already: the status 409, or one of
 * 400 and 500 with words to that effect, since both families refuse the names of many objects so.
 */
export function isAlreadyExists(error: unknown): boolean {
  if (!LxdkitError.is(error)) return false;
  const { status, serverMessage } = error as ApiError;
  return status === 409 || ((status === 400 || status === 500) && /already exists/i.test(serverMessage));
}
