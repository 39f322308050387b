import { TransportError } from "./transport-error.ts";

/** Code, message and hint for one way in which connecting fails. */
export type Failure = readonly [code: string, text: string, hint: string];

/** Tells what a system error means for one kind of connection; undefined when it has nothing special to say. */
export type ExplainFailure = (error: NodeJS.ErrnoException) => Failure | undefined;

/** Turns an error of the HTTP client into one that says what failed, where, and what to do. */
export function connectionFailure(
  cause: unknown,
  explain: ExplainFailure,
  { address, request }: { readonly address: string; readonly request: string },
): TransportError {
  const root = rootCause(cause);
  const where = { cause, address, request };
  const known = explain(root);
  if (known !== undefined) {
    const [code, text, hint] = known;
    return new TransportError(`cannot connect to ${address}: ${text}`, { code, hint, ...where });
  }
  if (root.syscall === "connect" || root.code === "UND_ERR_CONNECT_TIMEOUT") {
    return new TransportError(`cannot connect to ${address}: ${root.message}`, { code: "CONNECT_FAILED", ...where });
  }
  if (isOurs(root)) {
    return new TransportError(`${request} cannot be sent: ${root.message}`, { code: "INVALID_REQUEST", ...where });
  }
  if (isNonsense(root)) {
    const hint = "Check that this is the address of LXD or Incus.";
    return new TransportError(`${request}: the answer is not HTTP: ${root.message}`, {
      code: "BAD_ANSWER",
      hint,
      ...where,
    });
  }
  const text = `lost the connection during ${request}: ${root.message}`;
  return new TransportError(text, { code: "CONNECTION_LOST", ...where });
}

/** The innermost system error: the HTTP client wraps what the operating system said. */
export function rootCause(error: unknown): NodeJS.ErrnoException {
  let current = error as NodeJS.ErrnoException & { cause?: unknown };
  while (current.syscall === undefined && current.cause instanceof Error) {
    current = current.cause;
  }
  return current;
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
