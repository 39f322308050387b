import { request } from "node:http";
import { LxdkitError } from "@lxdkit/protocol";

/** Input of {@link socketRequest}. */
export interface SocketRequestOptions {
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks a server over its unix socket and gives the answer's `metadata`.
 *
 * This is all that a bed needs to prepare its servers; it is no client.
 *
 * @throws {LxdkitError} `TESTBED_REQUEST_FAILED` when the server answers with an error or not at all.
 */
export function socketRequest(socketPath: string, path: string, options: SocketRequestOptions = {}): Promise<unknown> {
  const { method = "GET", body, signal } = options;
  const fail = (reason: string, cause?: unknown): LxdkitError =>
    new LxdkitError(`The test bed's server did not do what it was asked: ${reason}`, {
      code: "TESTBED_REQUEST_FAILED",
      address: socketPath,
      request: `${method} ${path}`,
      cause,
    });
  return new Promise((resolve, reject) => {
    const settings = { socketPath, path, method, agent: false, ...(signal === undefined ? {} : { signal }) };
    const sent = request(settings, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", (cause) => {
        reject(fail(cause.message, cause));
      });
      response.on("end", () => {
        const answer = JSON.parse(Buffer.concat(chunks).toString()) as { error?: string; metadata?: unknown };
        if (answer.error) reject(fail(answer.error));
        else resolve(answer.metadata);
      });
    });
    sent.on("error", (cause) => {
      reject(signal?.aborted === true ? (signal.reason as Error) : fail(cause.message, cause));
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
