import { type NetworkPeer, type NetworkPeerPut, networkPeerSchema, type NetworkPeersPost } from "@lxdkit/protocol";
import { change, read, readTagged } from "../call.ts";
import type { CallOptions, FilterOptions, Tagged } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listExtensions } from "../list-extensions.ts";
import { listOf, urlsSchema } from "../list-of.ts";

/**
 * Calls below `/1.0/networks/{name}/peers`; `BAD_REQUEST` unless the network is an OVN one. The ETags of the readings
 * are of no use for the changes: servers do not compare them here.
 */
export interface NetworkPeersApi {
  /** `GET /1.0/networks/{name}/peers?recursion=1`. `filter`: Incus only. */
  list(network: string, options?: FilterOptions): Promise<NetworkPeer[]>;
  /** `GET /1.0/networks/{name}/peers`: their URLs. `filter`: Incus only. */
  listUrls(network: string, options?: FilterOptions): Promise<string[]>;
  /** `GET /1.0/networks/{name}/peers/{peerName}`. */
  get(network: string, peer: string, options?: CallOptions): Promise<Tagged<NetworkPeer>>;
  /** `POST /1.0/networks/{name}/peers`: the peering works when both networks have asked for it. */
  create(network: string, peer: NetworkPeersPost, options?: CallOptions): Promise<void>;
  /** `PUT /1.0/networks/{name}/peers/{peerName}`: replaces it. */
  update(network: string, peer: string, values: NetworkPeerPut, options?: CallOptions): Promise<void>;
  /** `PATCH /1.0/networks/{name}/peers/{peerName}`: the servers of today replace it here too. */
  patch(network: string, peer: string, values: NetworkPeerPut, options?: CallOptions): Promise<void>;
  /** `DELETE /1.0/networks/{name}/peers/{peerName}`. */
  delete(network: string, peer: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/networks/{name}/peers`. */
export function networkPeersApi(context: ClientContext): NetworkPeersApi {
  const collection = "GET /1.0/networks/{name}/peers";
  return {
    list(name, options = {}) {
      const input = { ...options, path: { name }, recursion: 1, extension: listExtensions(options) } as const;
      return read(context, collection, input, listOf(networkPeerSchema));
    },
    listUrls(name, options = {}) {
      return read(context, collection, { ...options, path: { name }, extension: listExtensions(options) }, urlsSchema);
    },
    get(name, peerName, options = {}) {
      const input = { ...options, path: { name, peerName } };
      return readTagged(context, "GET /1.0/networks/{name}/peers/{peerName}", input, networkPeerSchema);
    },
    create: (name, body, options = {}) =>
      change(context, "POST /1.0/networks/{name}/peers", { ...options, path: { name }, body }),
    update(name, peerName, body, options = {}) {
      const input = { ...options, path: { name, peerName }, body };
      return change(context, "PUT /1.0/networks/{name}/peers/{peerName}", input);
    },
    patch(name, peerName, body, options = {}) {
      const input = { ...options, path: { name, peerName }, body };
      return change(context, "PATCH /1.0/networks/{name}/peers/{peerName}", input);
    },
    delete(name, peerName, options = {}) {
      const input = { ...options, path: { name, peerName } };
      return change(context, "DELETE /1.0/networks/{name}/peers/{peerName}", input);
    },
  };
}
