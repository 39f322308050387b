import { type IncomingMessage, request as httpRequest } from "node:http";
import type { Duplex } from "node:stream";
import type { UpgradeOptions } from "./connection.ts";
import { dial } from "./dial.ts";
import { createEnding, type Ending } from "./ending.ts";
import { brokenHandshake, defaultHandshakeMs, refusedHandshake } from "./handshake.ts";
import type { HttpTarget } from "./http-target.ts";
import { rawStream } from "./raw-stream.ts";
import { requestPath } from "./request-path.ts";

/** Asks for another protocol on a connection of its own and gives its bytes. */
export async function upgradeConnection(target: HttpTarget, path: string, options: UpgradeOptions): Promise<Duplex> {
  const { address, connector, origin } = target;
  const { query, protocol, signal, timeoutMs = defaultHandshakeMs } = options;
  const request = `GET ${path}`;
  const tooLate = `${request} did not change to ${protocol} within ${String(timeoutMs)} ms`;
  const ending = createEnding(target, request, { signal, timeoutMs, tooLate });
  try {
    const withItsQuery = requestPath(path, query, { address, request });
    const stream = await dial(connector, origin, ending.signal);
    const socket = await agreed(stream, { ...options, target, request, path: withItsQuery, ending });
    return rawStream(socket, target, request);
  } catch (cause) {
    throw ending.failure(cause);
  } finally {
    ending.release();
  }
}

interface Asking extends UpgradeOptions {
  readonly target: HttpTarget;
  readonly request: string;
  readonly path: string;
  readonly ending: Ending;
}

function agreed(stream: Duplex, options: Asking): Promise<Duplex> {
  const { target, request: name, path, headers, protocol, ending } = options;
  return new Promise<Duplex>((resolve, reject) => {
    ending.signal.addEventListener("abort", () => {
      reject(ending.signal.reason as Error);
    });
    const request = httpRequest({
      createConnection: () => stream,
      host: new URL(target.origin).host,
      setHost: true,
      path,
      headers: { ...headers, connection: "Upgrade", upgrade: protocol },
    });
    request.on("upgrade", ({ headers: { upgrade } }: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (upgrade?.toLowerCase() !== protocol.toLowerCase()) {
        reject(brokenHandshake(target, name, new Error(`it changed to ${String(upgrade)} instead of ${protocol}`)));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.on("response", (answer) => {
      void refusedHandshake(target, name, answer).then(reject);
    });
    request.on("error", (error) => {
      reject(brokenHandshake(target, name, error));
    });
    request.end();
  }).catch((error: unknown) => {
    stream.destroy();
    throw error;
  });
}
