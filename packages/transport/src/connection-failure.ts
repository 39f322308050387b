import { TransportError } from "./transport-error.ts";

/** Code, message and hint for one way in which connecting fails. */
export type Failure = readonly [code: string, text: string, hint?: string];

/** Tells what a system error means for one kind of connection; undefined when it has nothing special to say. */
export type ExplainFailure = (error: NodeJS.ErrnoException) => Failure | undefined;

/** A proxy on the way to a server, and how it answered when it refused. */
export interface ProxyOnTheWay {
  /** Its address without user name and password. */
  readonly proxy: string;
  /** HTTP status of its refusal. */
  readonly proxyStatus?: number | undefined;
}

/** What connectors fail with: there was no connection that anything could have been sent on. */
export class ConnectError extends Error {
  override readonly name: string = "ConnectError";
  /** What it means, where the connector knows. */
  readonly failure: Failure | undefined;
  /** The proxy that failed. */
  readonly proxy: ProxyOnTheWay | undefined;

  constructor(message: string, options: { failure?: Failure | undefined; proxy?: ProxyOnTheWay; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.failure = options.failure;
    this.proxy = options.proxy;
  }
}

/** Turns an error of the HTTP client into one that says what failed, where, and what to do. */
export function connectionFailure(
  cause: unknown,
  explain: ExplainFailure,
  { address, request }: { readonly address: string; readonly request?: string },
): TransportError {
  const root = rootCause(cause);
  const connecting = causesOf(cause).find((error) => error instanceof ConnectError);
  const known = connecting?.failure ?? explain(root);
  const where = { cause, address, request, ...connecting?.proxy };
  if (known !== undefined) {
    const [code, text, hint] = known;
    return new TransportError(`cannot connect to ${address}: ${text}`, { code, hint, ...where });
  }
  // The error of several attempts at once has no text of its own.
  const reason = root.message || root.code;
  if (connecting !== undefined || root.syscall === "connect" || root.code === "UND_ERR_CONNECT_TIMEOUT") {
    return new TransportError(`cannot connect to ${address}: ${reason}`, { code: "CONNECT_FAILED", ...where });
  }
  if (isOurs(root)) {
    return new TransportError(`${request} cannot be sent: ${reason}`, { code: "INVALID_REQUEST", ...where });
  }
  if (isNonsense(root)) {
    const hint = "Check that this is the address of LXD or Incus.";
    return new TransportError(`${request}: the answer is not HTTP: ${reason}`, { code: "BAD_ANSWER", hint, ...where });
  }
  return new TransportError(`lost the connection during ${request}: ${reason}`, { code: "CONNECTION_LOST", ...where });
}

/** The innermost system error: the HTTP client wraps what the operating system said. */
export function rootCause(error: unknown): NodeJS.ErrnoException {
  const chain: readonly NodeJS.ErrnoException[] = causesOf(error);
  return lastAttempt(chain.find(({ syscall }) => syscall !== undefined) ?? (chain.at(-1) as Error));
}

function causesOf(error: unknown): Error[] {
  const { cause } = error as Error;
  return [error as Error, ...(cause instanceof Error ? causesOf(cause) : [])];
}

/** When a name has several addresses, all of which fail, Node gives one error for each: the last one tells most. */
function lastAttempt(error: NodeJS.ErrnoException & { errors?: unknown }): NodeJS.ErrnoException {
  const last: unknown = Array.isArray(error.errors) ? error.errors.at(-1) : undefined;
  return last instanceof Error ? last : error;
}

/** What the caller asked for cannot be written as a request: a header with a line break, a body that is no JSON. */
function isOurs(error: NodeJS.ErrnoException): boolean {
  const { code = "" } = error;
  return error instanceof TypeError || code === "UND_ERR_INVALID_ARG" || code === "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH";
}

/** The parser did not understand what came; an answer that only breaks off was understood so far. */
function isNonsense({ name, code = "" }: NodeJS.ErrnoException): boolean {
  if (code === "UND_ERR_HEADERS_OVERFLOW") return true;
  // The parser of undici has codes for some of its errors only.
  return (name === "HTTPParserError" || code.startsWith("HPE_")) && !code.endsWith("_EOF_STATE");
}
