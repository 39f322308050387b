import { type IncomingMessage, request as httpRequest } from "node:http";
import type { Duplex } from "node:stream";
import { connectionFailure } from "./connection-failure.ts";
import type { UpgradeOptions } from "./connection.ts";
import { dial } from "./dial.ts";
import { handshakeTimeoutMs, refusedHandshake } from "./handshake.ts";
import type { HttpTarget } from "./http-target.ts";
import { withQuery } from "./query-string.ts";
import { TransportError } from "./transport-error.ts";

/** Asks for another protocol on a connection of its own and gives its bytes. */
export async function upgradeConnection(target: HttpTarget, path: string, options: UpgradeOptions): Promise<Duplex> {
  const { address, connector, explain, origin, closing } = target;
  const name = `GET ${path}`;
  const timeout = AbortSignal.timeout(handshakeTimeoutMs);
  const signal = AbortSignal.any([timeout, closing, ...(options.signal === undefined ? [] : [options.signal])]);
  try {
    const stream = await dial(connector, origin, signal);
    const upgraded = await agreed(target, stream, name, { ...options, path, signal });
    const end = (): void => void upgraded.destroy(closing.reason as Error);
    closing.addEventListener("abort", end, { once: true });
    upgraded.on("close", () => {
      closing.removeEventListener("abort", end);
    });
    return upgraded;
  } catch (cause) {
    if (options.signal?.aborted === true) throw options.signal.reason;
    if (closing.aborted) throw closing.reason;
    if (signal.aborted) {
      const text = `${name} did not change to ${options.protocol} within ${String(handshakeTimeoutMs)} ms`;
      throw new TransportError(text, { code: "TIMEOUT", address, request: name });
    }
    throw TransportError.is(cause) ? cause : connectionFailure(cause, explain, { address, request: name });
  }
}

interface Asking extends UpgradeOptions {
  readonly path: string;
  readonly signal: AbortSignal;
}

function agreed(target: HttpTarget, stream: Duplex, name: string, options: Asking): Promise<Duplex> {
  const { path, protocol, signal } = options;
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      createConnection: () => stream,
      host: new URL(target.origin).host,
      setHost: true,
      path: withQuery(path, options.query),
      headers: { ...options.headers, connection: "Upgrade", upgrade: protocol },
    });
    const end = (): void => {
      reject(signal.reason as Error);
      request.destroy();
      stream.destroy();
    };
    signal.addEventListener("abort", end, { once: true });
    const settle = (): void => {
      signal.removeEventListener("abort", end);
    };
    request.on("upgrade", (_answer: IncomingMessage, socket: Duplex, head: Buffer) => {
      settle();
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.on("response", (answer) => {
      settle();
      void refusedHandshake(target, name, answer).then((error) => {
        reject(error);
        stream.destroy();
      });
    });
    request.on("error", (error) => {
      settle();
      reject(error);
    });
    request.end();
  });
}
