import { connectionFailure } from "./connection-failure.ts";
import { connectionClosed } from "./ending.ts";
import type { HttpTarget } from "./http-target.ts";
import { TransportError } from "./transport-error.ts";

/** What the failure of a socket means that was open already and does not carry requests. */
export function brokenConnection(target: HttpTarget, request: string, cause: unknown): TransportError {
  const { address, explain, closing } = target;
  // Closing the connection ends every socket that was made for it.
  if (closing.aborted) return connectionClosed(address, request);
  const { code = "", message } = cause as NodeJS.ErrnoException;
  if (!code.startsWith("WS_ERR_")) return connectionFailure(cause, explain, { address, request });
  const text = `${request}: the server broke the rules of web sockets: ${message}`;
  return new TransportError(text, { code: "WEB_SOCKET_BROKEN", cause, address, request });
}
