import {
  type Network,
  type NetworkLease,
  networkLeaseSchema,
  type NetworkPut,
  networkSchema,
  type NetworksPost,
  type NetworkState,
  networkStateSchema,
} from "@lxdkit/protocol";
import { change, read, readTagged } from "../call.ts";
import type {
  AllProjectsOptions,
  CallOptions,
  ChangeOptions,
  FilterOptions,
  Tagged,
  TargetOptions,
} from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listExtensions } from "../list-extensions.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import { type NetworkForwardsApi, networkForwardsApi } from "./network-forwards.ts";
import { type NetworkLoadBalancersApi, networkLoadBalancersApi } from "./network-load-balancers.ts";
import { type NetworkPeersApi, networkPeersApi } from "./network-peers.ts";

/** Options of a list of networks; both are for Incus only. */
export interface ListNetworksOptions extends FilterOptions, AllProjectsOptions {}

/** Calls below `/1.0/networks`. */
export interface NetworksApi {
  readonly forwards: NetworkForwardsApi;
  readonly loadBalancers: NetworkLoadBalancersApi;
  readonly peers: NetworkPeersApi;
  /** `GET /1.0/networks?recursion=1`: also the interfaces of the host that are not managed. */
  list(options?: ListNetworksOptions): Promise<Network[]>;
  /** `GET /1.0/networks`: their URLs. */
  listUrls(options?: ListNetworksOptions): Promise<string[]>;
  /** `GET /1.0/networks/{name}`. In a cluster, a member's own keys come only with `target`. */
  get(name: string, options?: TargetOptions): Promise<Tagged<Network>>;
  /** `GET /1.0/networks/{name}/state`: addresses and counters. */
  state(name: string, options?: TargetOptions): Promise<NetworkState>;
  /** `GET /1.0/networks/{name}/leases`: the addresses it gave, and its own. */
  leases(name: string, options?: CallOptions): Promise<NetworkLease[]>;
  /**
   * `POST /1.0/networks`. In a cluster first once for each member, with `target` and that member's own keys, then
   * without. One that exists: `BAD_REQUEST` from LXD, `CONFLICT` from Incus.
   */
  create(network: NetworksPost, options?: TargetOptions): Promise<void>;
  /** `PUT /1.0/networks/{name}`: replaces the configuration; with `target` only that member's own keys. */
  update(name: string, network: NetworkPut, options?: ChangeOptions & TargetOptions): Promise<void>;
  /** `PATCH /1.0/networks/{name}`: merges `config`; a description that is left out is emptied. */
  patch(name: string, network: NetworkPut, options?: ChangeOptions & TargetOptions): Promise<void>;
  /** `POST /1.0/networks/{name}`: gives it another name, while nothing uses it. */
  rename(name: string, newName: string, options?: CallOptions): Promise<void>;
  /** `DELETE /1.0/networks/{name}`; `BAD_REQUEST` while something uses it. */
  delete(name: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/networks`. */
export function networksApi(context: ClientContext): NetworksApi {
  const collection = "GET /1.0/networks";
  return {
    forwards: networkForwardsApi(context),
    loadBalancers: networkLoadBalancersApi(context),
    peers: networkPeersApi(context),
    list(options = {}) {
      const extension = listExtensions(options, "networks_all_projects");
      return read(context, collection, { ...options, recursion: 1, extension }, listOf(networkSchema));
    },
    listUrls(options = {}) {
      const extension = listExtensions(options, "networks_all_projects");
      return read(context, collection, { ...options, extension }, urlsSchema);
    },
    get: (name, options = {}) =>
      readTagged(context, "GET /1.0/networks/{name}", { ...options, path: { name } }, networkSchema),
    state: (name, options = {}) =>
      read(context, "GET /1.0/networks/{name}/state", { ...options, path: { name } }, networkStateSchema),
    leases: (name, options = {}) =>
      read(context, "GET /1.0/networks/{name}/leases", { ...options, path: { name } }, listOf(networkLeaseSchema)),
    create: (body, options = {}) => change(context, "POST /1.0/networks", { ...options, body }),
    update: (name, body, options = {}) =>
      change(context, "PUT /1.0/networks/{name}", { ...options, path: { name }, body }),
    patch: (name, body, options = {}) =>
      change(context, "PATCH /1.0/networks/{name}", { ...options, path: { name }, body }),
    rename: (name, newName, options = {}) =>
      change(context, "POST /1.0/networks/{name}", { ...options, path: { name }, body: { name: newName } }),
    delete: (name, options = {}) => change(context, "DELETE /1.0/networks/{name}", { ...options, path: { name } }),
  };
}
