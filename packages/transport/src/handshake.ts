import type { IncomingMessage } from "node:http";
import { connectionFailure } from "./connection-failure.ts";
import type { HttpTarget } from "./http-target.ts";
import { refusal } from "./read-answer.ts";
import { readText } from "./read-text.ts";
import { TransportError } from "./transport-error.ts";

/** How long a handshake may take when the caller sets no limit. */
export const defaultHandshakeMs = 30_000;

/** What a server said instead of going on with another protocol. */
export async function refusedHandshake(target: HttpTarget, request: string, answer: IncomingMessage): Promise<unknown> {
  const { address, maxAnswerBytes } = target;
  const { statusCode: status = 0, headers } = answer;
  try {
    const text = await readText(answer, { address, request, maxBytes: maxAnswerBytes });
    return refusal({ status, headers, text, request, address });
  } catch (cause) {
    return cause;
  }
}

/** What it means that a handshake ends in an error. */
export function brokenHandshake(target: HttpTarget, request: string, cause: unknown): TransportError {
  const { address, explain } = target;
  const { code, syscall, message } = cause as NodeJS.ErrnoException;
  // An error without a code is what the client says about an answer that agrees, but not rightly.
  if (syscall !== undefined || (code !== undefined && !code.startsWith("HPE_"))) {
    return connectionFailure(cause, explain, { address, request });
  }
  return new TransportError(`${request}: the server does not go on as it was asked to: ${message}`, {
    code: "HANDSHAKE_FAILED",
    hint: "Check that this is the address of LXD or Incus, and that no proxy in between holds up web sockets.",
    cause,
    address,
    request,
  });
}
