import type { ProxyOption } from "./choose-proxy.ts";
import { connectHttps } from "./connect-https.ts";
import type { Connection } from "./connection.ts";
import { serverEndpoint } from "./server-address.ts";
import { badProtocol, type ServerSpec } from "./server-spec.ts";

/** The port of an URL that names none. */
const httpsPort = 443;

/** Options of {@link connectRemote} and {@link connectImageRemote}. */
export interface ConnectRemoteOptions {
  /** As the option of {@link connectHttps}. */
  readonly maxSockets?: number | undefined;
}

/** An image server that is ready to be asked. */
export type ImageRemote =
  | {
      /** A server that speaks the API of LXD or Incus, and lists public images to everybody. */
      readonly protocol: "lxd" | "incus";
      readonly connection: Connection;
    }
  | {
      /** A server with a simplestreams index: `@lxdkit/simplestreams` reads it. */
      readonly protocol: "simplestreams";
      /** The root of the index. */
      readonly url: string;
      /** PEM certificates of the authorities to trust, where they are not Node's own. */
      readonly ca: string | undefined;
      /** How to find the proxy on the way. */
      readonly proxy: ProxyOption | undefined;
    };

/** What {@link connectImageRemote} is, for those who take it as a parameter. */
export type ConnectImageRemote = (spec: ServerSpec, options?: ConnectRemoteOptions) => ImageRemote;

/**
 * A connection to the server of a spec; its port is 8443 unless the spec names one. Nothing is sent.
 *
 * @throws {LxdkitError} `BAD_PROTOCOL` for a simplestreams server; what {@link ServerSpec.validate} throws.
 */
export function connectRemote(spec: ServerSpec, options: ConnectRemoteOptions = {}): Connection {
  spec.validate();
  if (spec.protocol === "simplestreams") {
    throw badProtocol(spec.protocol, "It is an image server: use connectImageRemote.");
  }
  return connectHttps({ ...spec, ...options, address: spec.host });
}

/**
 * Gets ready to ask the image server of a spec. Nothing is sent. Unlike with {@link connectRemote}, the address is used
 * as it is, so without a port it is that of HTTPS, 443.
 *
 * @throws {LxdkitError} `BAD_PROTOCOL`; what {@link ServerSpec.validate} throws.
 */
export function connectImageRemote(spec: ServerSpec, options: ConnectRemoteOptions = {}): ImageRemote {
  const { protocol, host: url, ca, proxy } = spec;
  if (protocol === "") throw badProtocol(protocol, "Say whether it is lxd, incus or simplestreams.");
  spec.validate();
  if (protocol === "simplestreams") return { protocol, url, ca, proxy };
  const { address } = serverEndpoint(spec.host, httpsPort);
  return { protocol: protocol as "lxd" | "incus", connection: connectHttps({ ...spec, ...options, address }) };
}
