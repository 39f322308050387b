import type { IncomingHttpHeaders } from "node:http";

/** A request that the fake received. */
export interface LoggedRequest {
  readonly method: string;
  /** The path as it was sent, without query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The headers as Node gives them, with names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON, or the text when it is none; undefined when there was no body. */
  readonly body: unknown;
  /** HTTP status of the answer; undefined until it is sent, or when the caller was cut off. */
  readonly status: number | undefined;
  /** The ETag of the answer without its quotes; undefined when there was none. */
  readonly etag: string | undefined;
}

/** The requests that a fake received. */
export interface RequestLog {
  /** The oldest first. */
  readonly entries: readonly LoggedRequest[];
  add(entry: LoggedRequest): void;
}

/** Makes an empty {@link RequestLog} that keeps the youngest `limit` requests. */
export function createRequestLog(limit: number): RequestLog {
  const entries: LoggedRequest[] = [];
  return {
    entries,
    add(entry) {
      entries.push(entry);
      if (entries.length > limit) entries.shift();
    },
  };
}

/** The body of a request as the log shows it: the parsed JSON, or the text when it is none. */
export function loggedBody(body: string): unknown {
  if (body === "") return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
