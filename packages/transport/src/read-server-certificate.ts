import type { TLSSocket } from "node:tls";
import { chooseProxy, type ProxyOption } from "./choose-proxy.ts";
import { connectionFailure } from "./connection-failure.ts";
import { dial } from "./dial.ts";
import { explainHttps } from "./explain-https.ts";
import { connectTimeoutMs, httpsConnector } from "./https-connector.ts";
import { serverEndpoint } from "./server-address.ts";
import { anyServer, fingerprintOf } from "./server-trust.ts";
import { TransportError } from "./transport-error.ts";

/** Options of {@link readServerCertificate}. */
export interface ReadServerCertificateOptions {
  /** Ends the attempt; the rejection is `signal.reason` itself. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the certificate must be there; 10,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** As the option of {@link connectHttps}. */
  readonly proxy?: ProxyOption | undefined;
  /** As the option of {@link connectHttps}. */
  readonly proxyCa?: string | undefined;
}

/** The certificate that a server shows to everybody. Nothing says yet that it is the right server. */
export interface ShownCertificate {
  /** The certificate in PEM form; pinning it is the option `serverCertificate` of {@link connectHttps}. */
  readonly serverCertificate: string;
  /** Lower-case hexadecimal SHA-256 of its DER form: what to compare with what the server's owner says. */
  readonly fingerprint: string;
}

/**
 * Reads the certificate that a server shows, for trust on first use. It makes a TLS handshake and hangs up: no request
 * is sent, and no client certificate is shown.
 *
 * @throws {LxdkitError} `BAD_ADDRESS`, `BAD_PROXY`.
 * @throws {TransportError} `TIMEOUT` or the code of a failed connection.
 */
export async function readServerCertificate(
  address: string,
  options: ReadServerCertificateOptions = {},
): Promise<ShownCertificate> {
  const { signal, timeoutMs = connectTimeoutMs, proxyCa } = options;
  const endpoint = serverEndpoint(address);
  const proxy = chooseProxy(options.proxy, endpoint.origin);
  const timeout = AbortSignal.timeout(timeoutMs);
  const ends = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  const connector = httpsConnector({ endpoint, trust: anyServer, proxy, proxyCa, timeoutMs, closing: ends });
  let socket: TLSSocket;
  try {
    socket = (await dial(connector, endpoint.origin, ends)) as TLSSocket;
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause !== timeout.reason) throw connectionFailure(cause, explainHttps, { address: endpoint.address });
    const text = `${endpoint.address} showed no certificate within ${String(timeoutMs)} ms`;
    throw new TransportError(text, { code: "TIMEOUT", address: endpoint.address });
  }
  const certificate = socket.getPeerX509Certificate();
  socket.destroy();
  if (certificate === undefined) {
    const text = `${endpoint.address} went away before it showed its certificate`;
    throw new TransportError(text, { code: "TLS_FAILED", address: endpoint.address });
  }
  return { serverCertificate: certificate.toString(), fingerprint: fingerprintOf(certificate) };
}
