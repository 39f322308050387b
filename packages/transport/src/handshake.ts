import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { connectionFailure } from "./connection-failure.ts";
import type { HttpTarget } from "./http-target.ts";
import { refusal } from "./read-answer.ts";

/** How long a handshake may take when the caller sets no limit. */
export const handshakeTimeoutMs = 30_000;

/** What a server said instead of going on with another protocol. */
export async function refusedHandshake(target: HttpTarget, name: string, answer: IncomingMessage): Promise<Error> {
  const { address, explain } = target;
  try {
    const said = await text(answer);
    return refusal({ status: answer.statusCode ?? 0, headers: answer.headers, text: said, request: name, address });
  } catch (cause) {
    return connectionFailure(cause, explain, { address, request: name });
  }
}
