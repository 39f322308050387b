import type { Socket } from "node:net";
import { buildConnector, Client } from "undici";
import { ConnectError, rootCause } from "./connection-failure.ts";
import { explainProxy, explainRefusal } from "./explain-proxy.ts";
import type { ProxyAddress } from "./proxy-address.ts";
import type { ServerEndpoint } from "./server-address.ts";

/** What a way through a proxy is made with. */
export interface TunnelOptions {
  readonly endpoint: ServerEndpoint;
  /** Milliseconds until the way must be open. */
  readonly timeoutMs: number;
  /** PEM certificates of the authorities that may have signed the proxy's certificate. */
  readonly ca?: string | undefined;
  /** Ends the attempt. */
  readonly closing?: AbortSignal | undefined;
}

/** Asks a proxy for a way to a server and gives the socket that leads there. */
export async function openTunnel(
  { origin, authorization }: ProxyAddress,
  { endpoint, timeoutMs, ca, closing }: TunnelOptions,
): Promise<Socket> {
  const dial = buildConnector({ timeout: timeoutMs, maxCachedSessions: 0, ...(ca === undefined ? {} : { ca }) });
  const client = new Client(origin, {
    // The client would look for the server's name in the proxy's certificate.
    connect: ({ servername: _servername, ...target }, callback) => {
      dial(target, callback);
    },
    headersTimeout: 0,
  });
  const timeout = AbortSignal.timeout(timeoutMs);
  const { hostname, port } = new URL(endpoint.origin);
  // An URL leaves out the port that its scheme has anyway.
  const authority = `${hostname}:${port || "443"}`;
  try {
    const { statusCode, socket } = await client.connect({
      path: authority,
      headers: { host: authority, ...(authorization === undefined ? {} : { "proxy-authorization": authorization }) },
      signal: closing === undefined ? timeout : AbortSignal.any([timeout, closing]),
    });
    if (statusCode >= 200 && statusCode < 300) return socket as Socket;
    // What the proxy has to say besides is of no use, and neither is the way that it does not open.
    socket.on("error", () => undefined).destroy();
    throw new ConnectError("refused", {
      failure: explainRefusal(statusCode, origin, authorization !== undefined),
      proxy: { proxy: origin, proxyStatus: statusCode },
    });
  } catch (cause) {
    if (cause instanceof ConnectError) throw cause;
    const reason = cause === timeout.reason ? { name: "", message: "", code: "ETIMEDOUT" } : rootCause(cause);
    throw new ConnectError("no proxy", { failure: explainProxy(reason, origin), proxy: { proxy: origin }, cause });
  } finally {
    void client.destroy();
  }
}
