import { connectRemote, type ConnectRemoteOptions, type ServerSpec } from "@lxdkit/transport";
import { openServer, type OpenServerOptions, type Server } from "../server.ts";

/** Options of {@link openRemoteServer}. */
export interface OpenRemoteServerOptions extends ConnectRemoteOptions, OpenServerOptions {}

/**
 * Opens the server of a spec over HTTPS; its port is 8443 unless the spec names one. One request, `GET /1.0`.
 *
 * @throws {LxdkitError} `BAD_PROTOCOL` for an image server; what {@link ServerSpec.validate} throws.
 * @throws {TransportError} when it cannot be reached or is not the one that it should be.
 */
export async function openRemoteServer(spec: ServerSpec, options: OpenRemoteServerOptions = {}): Promise<Server> {
  return openServer(connectRemote(spec, options), options);
}
