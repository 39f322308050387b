import { X509Certificate } from "node:crypto";
import type { PeerCertificate } from "node:tls";
import { LxdkitError } from "@lxdkit/protocol";
import { buildConnector } from "undici";
import type { ExplainFailure } from "./connection-failure.ts";
import type { Connection } from "./connection.ts";
import { httpConnection } from "./http-connection.ts";
import { explainHttps, pinMismatch } from "./explain-https.ts";
import { ensureHostPort } from "./server-address.ts";

/** Options of {@link connectHttps}. */
export interface ConnectHttpsOptions {
  /** Address of the server: a host, `host:port` or an URL; port 8443 unless given. */
  readonly address: string;
  /**
   * PEM certificate that the server must show, and no other; it then need not name the address. Without it the server
   * must be trusted by the system, under its name.
   */
  readonly serverCertificate?: string | undefined;
  /** PEM certificate and key by which the server knows the caller. */
  readonly clientCertificate?: { readonly certificate: string; readonly key: string } | undefined;
  /** Sockets that are open at the same time; 32 by default. More requests than that wait for a free one. */
  readonly maxSockets?: number;
}

/**
 * A connection to a server over HTTPS, TLS 1.3. Nothing is sent until the first request; a server that shows the wrong
 * certificate gets no byte of it.
 *
 * @throws {LxdkitError} `BAD_ADDRESS`, `BAD_PEM`.
 */
export function connectHttps(options: ConnectHttpsOptions): Connection {
  const { serverCertificate, clientCertificate, maxSockets } = options;
  const origin = ensureHostPort(options.address);
  const connector = buildConnector({
    timeout: 10_000,
    minVersion: "TLSv1.3",
    ...(serverCertificate === undefined ? {} : pin(serverCertificate)),
    ...(clientCertificate === undefined ? {} : { cert: clientCertificate.certificate, key: clientCertificate.key }),
  });
  const isPinned = serverCertificate !== undefined;
  const explain: ExplainFailure = (error) => explainHttps(error, { isPinned });
  return httpConnection({ connector, address: origin, origin, explain, maxSockets });
}

/** Trusts exactly this certificate, whatever name the server is reached under. */
function pin(pem: string): object {
  const expected = fingerprint(pem);
  return {
    ca: pem,
    checkServerIdentity: (_host: string, shown: PeerCertificate): Error | undefined =>
      shown.fingerprint256 === expected
        ? undefined
        : Object.assign(new Error("another certificate than the pinned one"), { code: pinMismatch }),
  };
}

function fingerprint(pem: string): string {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch (cause) {
    throw new LxdkitError("the pinned server certificate is not a PEM certificate", { code: "BAD_PEM", cause });
  }
}
