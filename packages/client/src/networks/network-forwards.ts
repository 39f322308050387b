import {
  type NetworkForward,
  type NetworkForwardPut,
  networkForwardSchema,
  type NetworkForwardsPost,
} from "@lxdkit/protocol";
import { change, read, readTagged } from "../call.ts";
import type { FilterOptions, Tagged, TargetOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listExtensions } from "../list-extensions.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import { withConfig } from "../with-config.ts";

/**
 * Calls below `/1.0/networks/{name}/forwards`. A forward is named by the address that it listens on. The ETags of the
 * readings are of no use for the changes: servers do not compare them here.
 */
export interface NetworkForwardsApi {
  /** `GET /1.0/networks/{name}/forwards?recursion=1`. `filter`: Incus only. */
  list(network: string, options?: FilterOptions): Promise<NetworkForward[]>;
  /** `GET /1.0/networks/{name}/forwards`: their URLs. `filter`: Incus only. */
  listUrls(network: string, options?: FilterOptions): Promise<string[]>;
  /** `GET /1.0/networks/{name}/forwards/{listenAddress}`. */
  get(network: string, listenAddress: string, options?: TargetOptions): Promise<Tagged<NetworkForward>>;
  /** `POST /1.0/networks/{name}/forwards`; `CONFLICT` when the address has one. */
  create(network: string, forward: NetworkForwardsPost, options?: TargetOptions): Promise<void>;
  /** `PUT /1.0/networks/{name}/forwards/{listenAddress}`: replaces it. */
  update(network: string, listenAddress: string, forward: NetworkForwardPut, options?: TargetOptions): Promise<void>;
  /** `PATCH /1.0/networks/{name}/forwards/{listenAddress}`: merges `config`, keeps ports but no description. */
  patch(network: string, listenAddress: string, forward: NetworkForwardPut, options?: TargetOptions): Promise<void>;
  /** `DELETE /1.0/networks/{name}/forwards/{listenAddress}`. */
  delete(network: string, listenAddress: string, options?: TargetOptions): Promise<void>;
}

/** Makes the calls below `/1.0/networks/{name}/forwards`. */
export function networkForwardsApi(context: ClientContext): NetworkForwardsApi {
  const collection = "GET /1.0/networks/{name}/forwards";
  return {
    list(name, options = {}) {
      const input = { ...options, path: { name }, recursion: 1, extension: listExtensions(options) } as const;
      return read(context, collection, input, listOf(networkForwardSchema));
    },
    listUrls(name, options = {}) {
      return read(context, collection, { ...options, path: { name }, extension: listExtensions(options) }, urlsSchema);
    },
    get(name, listenAddress, options = {}) {
      const input = { ...options, path: { name, listenAddress } };
      return readTagged(context, "GET /1.0/networks/{name}/forwards/{listenAddress}", input, networkForwardSchema);
    },
    create: (name, body, options = {}) =>
      change(context, "POST /1.0/networks/{name}/forwards", { ...options, path: { name }, body }),
    update(name, listenAddress, body, options = {}) {
      const input = { ...options, path: { name, listenAddress }, body };
      return change(context, "PUT /1.0/networks/{name}/forwards/{listenAddress}", input);
    },
    patch(name, listenAddress, forward, options = {}) {
      const input = { ...options, path: { name, listenAddress }, body: withConfig(forward) };
      return change(context, "PATCH /1.0/networks/{name}/forwards/{listenAddress}", input);
    },
    delete(name, listenAddress, options = {}) {
      const input = { ...options, path: { name, listenAddress } };
      return change(context, "DELETE /1.0/networks/{name}/forwards/{listenAddress}", input);
    },
  };
}
