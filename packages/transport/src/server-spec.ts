import type { CertificatePair } from "@lxdkit/certificates";
import { LxdkitError } from "@lxdkit/protocol";
import { chooseProxy, type ProxyOption } from "./choose-proxy.ts";
import { asPair, checkKeyPair, type ClientKeyPair } from "./client-key-pair.ts";
import { showAs } from "./hide-secrets.ts";
import { withoutCredentials } from "./proxy-address.ts";
import { ensureHttps, serverEndpoint } from "./server-address.ts";
import { serverTrust, type ServerTrustOptions } from "./server-trust.ts";

/** What a server speaks: the API of LXD or Incus, or simplestreams. */
export type ServerProtocol = "lxd" | "incus" | "simplestreams";

/** The protocol of servers that speak the API of LXD. */
export const lxdProtocol: ServerProtocol = "lxd";

/** The protocol of servers that publish images in a simplestreams index. */
export const simpleStreamsProtocol: ServerProtocol = "simplestreams";

/** Input of {@link createServerSpec}. */
export interface ServerSpecInit extends ServerTrustOptions {
  /** What people call the server; empty by default. */
  readonly name?: string | undefined;
  /** Address of the server; `https://` is put in front, or in place of `http://`. */
  readonly host: string;
  /** One of {@link ServerProtocol}; empty by default, which is enough for {@link connectRemote}. */
  readonly protocol?: string | undefined;
  /** Certificate and key by which the server knows the caller. */
  readonly clientCertificate?: ClientKeyPair | undefined;
  /** As the option of {@link connectHttps}. */
  readonly proxy?: ProxyOption | undefined;
  /** As the option of {@link connectHttps}. */
  readonly proxyCa?: string | undefined;
  /** Whoever opens the server need not read `GET /1.0` first; false by default. */
  readonly skipGetServer?: boolean | undefined;
}

/**
 * Where a server is and how it is connected to: a frozen value. What changes it gives a new one.
 *
 * Neither `util.inspect` nor `JSON.stringify` shows the client's key or what a proxy's address has before its `@`.
 */
export interface ServerSpec extends ServerSpecInit {
  readonly name: string;
  /** Address of the server, beginning with `https://`. */
  readonly host: string;
  readonly protocol: string;
  readonly clientCertificate: CertificatePair | undefined;
  readonly skipGetServer: boolean;
  /** The same server, reached through this proxy. */
  withProxy(proxy: ProxyOption | undefined): ServerSpec;
  /** The same server, with this certificate of the caller. */
  withClientCertificate(certificate: ClientKeyPair | undefined): ServerSpec;
  /** The same server, with or without a first `GET /1.0` by whoever opens it. */
  withSkipGetServer(skip: boolean): ServerSpec;
  /**
   * Checks all that can be checked without a connection.
   *
   * @throws {LxdkitError} `BAD_PROTOCOL`, and what {@link connectHttps} throws.
   * @throws {TypeError} when the parts contradict each other.
   */
  validate(): void;
}

/** A description of a server. It checks nothing: {@link ServerSpec.validate} does. */
export function createServerSpec(init: ServerSpecInit): ServerSpec {
  const fields = {
    ...init,
    clientCertificate: init.clientCertificate && asPair(init.clientCertificate),
    name: init.name ?? "",
    host: ensureHttps(init.host),
    protocol: init.protocol ?? "",
    skipGetServer: init.skipGetServer ?? false,
  };
  const spec: ServerSpec = {
    ...fields,
    withProxy: (proxy) => createServerSpec({ ...fields, proxy }),
    withClientCertificate: (clientCertificate) => createServerSpec({ ...fields, clientCertificate }),
    withSkipGetServer: (skipGetServer) => createServerSpec({ ...fields, skipGetServer }),
    validate() {
      validateSpec(spec);
    },
  };
  const { proxy } = fields;
  const shown = {
    ...fields,
    ...(typeof proxy === "string" ? { proxy: withoutCredentials(proxy) } : {}),
    // An environment may hold anything.
    ...(typeof proxy === "object" ? { proxy: "[environment]" } : {}),
  };
  return Object.freeze(showAs(spec, () => shown));
}

/** A server that must show this certificate and knows the caller by that one. */
export function newServerSpec(host: string, serverCertificate: string, clientCertificate: ClientKeyPair): ServerSpec {
  return createServerSpec({ host, serverCertificate, clientCertificate });
}

/** A server that is believed whatever certificate it shows: anybody on the way can read and change everything. */
export function newInsecureServerSpec(host: string): ServerSpec {
  return createServerSpec({ host, insecure: true });
}

/** A server that publishes images in a simplestreams index. */
export function makeSimpleStreamsServerSpec(name: string, host: string): ServerSpec {
  return createServerSpec({ name, host, protocol: simpleStreamsProtocol });
}

function validateSpec({ host, protocol, clientCertificate, proxy, ...trust }: ServerSpec): void {
  if (!["", "lxd", "incus", "simplestreams"].includes(protocol)) {
    throw badProtocol(protocol, "Use lxd, incus or simplestreams.");
  }
  // What simplestreams are read from has a path.
  const address = protocol === simpleStreamsProtocol ? withoutPath(host) : host;
  const { origin } = serverEndpoint(address);
  serverTrust(trust);
  if (protocol === simpleStreamsProtocol && (trust.serverCertificate ?? trust.serverFingerprint) !== undefined) {
    throw new TypeError("a simplestreams server is recognised by the authority that signed its certificate alone");
  }
  if (clientCertificate !== undefined) checkKeyPair(clientCertificate);
  chooseProxy(proxy, origin);
}

/** What is thrown for a protocol that cannot be spoken. */
export function badProtocol(protocol: string, hint: string): LxdkitError {
  return new LxdkitError(`bad protocol supplied for connection: ${protocol}`, { code: "BAD_PROTOCOL", hint });
}

/** `https://host:port` of an URL. */
function withoutPath(host: string): string {
  return host.replace(/^(https:\/\/[^/?#]*).*$/s, "$1");
}
