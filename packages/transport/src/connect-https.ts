import { chooseProxy, type ProxyOption } from "./choose-proxy.ts";
import { checkKeyPair, type ClientKeyPair } from "./client-key-pair.ts";
import type { Connection } from "./connection.ts";
import { explainHttps } from "./explain-https.ts";
import { httpConnection } from "./http-connection.ts";
import { httpsConnector } from "./https-connector.ts";
import { serverEndpoint } from "./server-address.ts";
import { serverTrust, type ServerTrustOptions } from "./server-trust.ts";

/** Options of {@link connectHttps}. */
export interface ConnectHttpsOptions extends ServerTrustOptions {
  /** Address of the server: a host, `host:port` or an URL; port 8443 unless given. */
  readonly address: string;
  /** PEM certificate and key by which the server knows the caller; the key is not encrypted. */
  readonly clientCertificate?: ClientKeyPair | undefined;
  /**
   * The proxy on the way: its address (`http://user:password@host:port`), a function that gives one for the server's
   * URL and is asked at once, `{ environment }` for the variables that {@link proxyFromEnvironment} reads, or false;
   * none by default.
   */
  readonly proxy?: ProxyOption | undefined;
  /** PEM certificates of the authorities that an `https:` proxy is trusted by, instead of Node's own list. */
  readonly proxyCa?: string | undefined;
  /** Sockets that are open at the same time; 32 by default. More requests than that wait for a free one. */
  readonly maxSockets?: number | undefined;
}

/**
 * A connection to a server over HTTPS, TLS 1.3. Nothing is sent until the first request; a server that shows the wrong
 * certificate gets no byte of it.
 *
 * @throws {LxdkitError} `BAD_ADDRESS`, `BAD_PROXY`, `BAD_PEM`, `BAD_FINGERPRINT`; for the client's certificate also
 * `CERTIFICATE_MISSING`, `KEY_MISSING`, `BAD_KEY`, `PASSPHRASE_NEEDED`, `KEY_MISMATCH`.
 * @throws {TypeError} when the options contradict each other.
 */
export function connectHttps(options: ConnectHttpsOptions): Connection {
  const { clientCertificate, proxyCa, maxSockets } = options;
  const endpoint = serverEndpoint(options.address);
  const closing = new AbortController();
  const connector = httpsConnector({
    endpoint,
    trust: serverTrust(options),
    clientCertificate: clientCertificate && checkKeyPair(clientCertificate),
    proxy: chooseProxy(options.proxy, endpoint.origin),
    proxyCa,
    closing: closing.signal,
  });
  const { address, origin } = endpoint;
  const connection = httpConnection({ connector, address, origin, explain: explainHttps, maxSockets });
  const close = async (): Promise<void> => {
    closing.abort();
    await connection.close();
  };
  return { ...connection, close, [Symbol.asyncDispose]: close };
}
