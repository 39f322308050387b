import { request } from "node:http";
import { text } from "node:stream/consumers";
import { SnapdError } from "./snapd-error.ts";

/** The answer of snapd. */
export interface SnapdAnswer {
  readonly result: unknown;
  /** Id of the change that the request has started; empty for what is done at once. */
  readonly change: string;
}

/** Options of a request to snapd. */
export interface SnapdRequestOptions {
  readonly body?: object | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the whole answer is there. */
  readonly timeoutMs: number;
}

/**
 * One request to the REST API of snapd on its unix socket.
 *
 * @throws {SnapdError} with one of its codes; `SNAPD_TIMEOUT` when there is no answer in time.
 */
export async function askSnapd(
  socketPath: string,
  method: "GET" | "POST",
  path: string,
  { body, signal, timeoutMs }: SnapdRequestOptions,
): Promise<SnapdAnswer> {
  signal?.throwIfAborted();
  const deadline = AbortSignal.timeout(timeoutMs);
  const ending = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  const at = { address: socketPath, request: `${method} ${path}` };
  try {
    return readAnswer(await send(socketPath, method, path, body, ending), at);
  } catch (error) {
    signal?.throwIfAborted();
    if (SnapdError.is(error)) throw error;
    if (deadline.aborted) {
      throw new SnapdError(`snapd did not answer within ${String(timeoutMs)} ms`, {
        ...at,
        code: "SNAPD_TIMEOUT",
        hint: "Where no snap store can be reached, install from packages instead.",
      });
    }
    throw unreachable(error as NodeJS.ErrnoException, at);
  }
}

interface Place {
  readonly address: string;
  readonly request: string;
}

function send(
  socketPath: string,
  method: string,
  path: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly content: string }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    request({ socketPath, method, path, headers, agent: false, signal, host: "localhost" }, (response) => {
      text(response).then((content) => resolve({ status: response.statusCode ?? 0, content }), reject);
    })
      .on("error", reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const codeOfKind: Readonly<Record<string, string>> = {
  "snap-not-found": "SNAP_NOT_FOUND",
  "snap-not-installed": "SNAP_NOT_INSTALLED",
  "snap-channel-not-available": "SNAP_CHANNEL_NOT_FOUND",
  "snap-revision-not-available": "SNAP_CHANNEL_NOT_FOUND",
  "snap-change-conflict": "SNAP_BUSY",
  "login-required": "SNAPD_FORBIDDEN",
  "auth-cancelled": "SNAPD_FORBIDDEN",
};

function readAnswer(
  { status, content }: { readonly status: number; readonly content: string },
  at: Place,
): SnapdAnswer {
  let envelope: { readonly result?: unknown; readonly change?: unknown };
  try {
    envelope = JSON.parse(content) as typeof envelope;
  } catch (cause) {
    throw new SnapdError("snapd answered with something that is no JSON", { ...at, code: "SNAPD_LOST", cause });
  }
  if (status < 400) {
    return { result: envelope.result, change: typeof envelope.change === "string" ? envelope.change : "" };
  }
  const { message = "", kind = "" } = (envelope.result ?? {}) as { readonly message?: string; readonly kind?: string };
  const code = codeOfKind[kind] ?? (status === 401 || status === 403 ? "SNAPD_FORBIDDEN" : "SNAPD_REFUSED");
  const hint = code === "SNAPD_FORBIDDEN" ? "Run this as root." : undefined;
  throw new SnapdError(`snapd refused: ${message}`, { ...at, code, hint });
}

function unreachable(cause: NodeJS.ErrnoException, at: Place): SnapdError {
  if (cause.code === "ENOENT" || cause.code === "ECONNREFUSED") {
    return new SnapdError(`snapd does not run here: ${at.address}`, {
      ...at,
      code: "SNAPD_NOT_FOUND",
      cause,
      hint: "Install snapd and start it, or install from packages.",
    });
  }
  const code = cause.code === "EACCES" ? "SNAPD_FORBIDDEN" : "SNAPD_LOST";
  return new SnapdError(`snapd cannot be asked: ${cause.message}`, { ...at, code, cause });
}
