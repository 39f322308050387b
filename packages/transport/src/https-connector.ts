import { createSecureContext, type TLSSocket } from "node:tls";
import type { CertificatePair } from "@lxdkit/certificates";
import { buildConnector } from "undici";
import { ConnectError, rootCause } from "./connection-failure.ts";
import type { Connector } from "./dial.ts";
import { explainDial } from "./explain-https.ts";
import type { ProxyAddress } from "./proxy-address.ts";
import type { ServerEndpoint } from "./server-address.ts";
import type { ServerTrust } from "./server-trust.ts";

/** Milliseconds that a TCP connection with its TLS handshake may take, and the way through a proxy as much again. */
export const connectTimeoutMs = 10_000;

/** What a connection over TLS is made with. */
export interface HttpsConnectorOptions {
  readonly endpoint: ServerEndpoint;
  readonly trust: ServerTrust;
  readonly clientCertificate?: CertificatePair | undefined;
  readonly proxy?: ProxyAddress | undefined;
  /** PEM certificates of the authorities that may have signed an `https:` proxy's certificate. */
  readonly proxyCa?: string | undefined;
  readonly timeoutMs?: number;
  /** Ends the ways through the proxy that are not open yet. */
  readonly closing?: AbortSignal;
}

/**
 * Connects to one server over TLS 1.3, through a proxy where there is one. A socket is given only after the server's
 * certificate was looked at: a wrong server gets nothing but the handshake.
 */
export function httpsConnector(options: HttpsConnectorOptions): Connector {
  const { endpoint, trust, clientCertificate: pair, proxy, proxyCa, closing } = options;
  const { timeoutMs = connectTimeoutMs } = options;
  const { ca, ...handshake } = trust.tls;
  // Made once: reading certificates and keys takes longer than using them.
  const secureContext = createSecureContext({
    minVersion: "TLSv1.3",
    ...(ca === undefined ? {} : { ca }),
    ...(pair === undefined ? {} : { cert: pair.certificate, key: pair.key }),
  });
  // No session is used again, because that would skip the look at the server's certificate.
  const secure = buildConnector({ ...handshake, secureContext, timeout: timeoutMs, maxCachedSessions: 0 });
  // The socket is given at once, so that whoever wants no more of it can end it.
  const checked: Connector = (target, callback) =>
    secure(target, (...[error, socket]) => {
      const failure = error === null ? trust.check(socket as TLSSocket) : explainDial(rootCause(error));
      if (failure === undefined && socket !== null) {
        callback(null, socket);
        return;
      }
      socket?.destroy();
      callback(new ConnectError(failure?.[1] ?? "no connection", { failure, cause: error ?? undefined }), null);
    });
  return (given, callback) => {
    // The host that requests name has no zone, but the socket needs it.
    const target = { ...given, hostname: endpoint.host };
    if (proxy === undefined) return checked(target, callback);
    void import("./proxy-tunnel.ts")
      .then(async ({ openTunnel }) => openTunnel(proxy, { endpoint, timeoutMs, ca: proxyCa, closing }))
      .then(
        (httpSocket) => {
          checked({ ...target, httpSocket }, (...result) => {
            if (result[0] !== null) httpSocket.destroy();
            callback(...result);
          });
        },
        (error: unknown) => {
          callback(error as Error, null);
        },
      );
  };
}
