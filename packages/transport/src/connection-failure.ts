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
  const known = explain(root);
  if (known !== undefined) {
    const [code, text, hint] = known;
    return new TransportError(`cannot connect to ${address}: ${text}`, { code, hint, cause, address, request });
  }
  const isConnecting = root.syscall === "connect" || root.code === "UND_ERR_CONNECT_TIMEOUT";
  return new TransportError(
    isConnecting
      ? `cannot connect to ${address}: ${root.message}`
      : `lost the connection during ${request}: ${root.message}`,
    { code: isConnecting ? "CONNECT_FAILED" : "CONNECTION_LOST", cause, address, request },
  );
}

/** The innermost system error: the HTTP client wraps what the operating system said. */
function rootCause(error: unknown): NodeJS.ErrnoException {
  let current = error as NodeJS.ErrnoException & { cause?: unknown };
  while (current.syscall === undefined && current.cause instanceof Error) {
    current = current.cause;
  }
  return current;
}
