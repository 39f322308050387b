import {
  type NetworkLoadBalancer,
  type NetworkLoadBalancerPut,
  networkLoadBalancerSchema,
  type NetworkLoadBalancersPost,
  type NetworkLoadBalancerState,
  networkLoadBalancerStateSchema,
} from "@lxdkit/protocol";
import { change, read, readTagged } from "../call.ts";
import type { FilterOptions, Tagged, TargetOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listExtensions } from "../list-extensions.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import { withConfig } from "../with-config.ts";

/**
 * Calls below `/1.0/networks/{name}/load-balancers` (extension `network_load_balancer`); `BAD_REQUEST` unless the
 * network is an OVN one. A load balancer is named by the address that it listens on. The ETags of the readings are of
 * no use for the changes: servers do not compare them here.
 */
export interface NetworkLoadBalancersApi {
  /** `GET /1.0/networks/{name}/load-balancers?recursion=1`. `filter`: Incus only. */
  list(network: string, options?: FilterOptions): Promise<NetworkLoadBalancer[]>;
  /** `GET /1.0/networks/{name}/load-balancers`: their URLs. `filter`: Incus only. */
  listUrls(network: string, options?: FilterOptions): Promise<string[]>;
  /** `GET /1.0/networks/{name}/load-balancers/{listenAddress}`. */
  get(network: string, listenAddress: string, options?: TargetOptions): Promise<Tagged<NetworkLoadBalancer>>;
  /**
   * `GET /1.0/networks/{name}/load-balancers/{listenAddress}/state` (extension `network_load_balancer_state`): which
   * backends answer.
   */
  state(network: string, listenAddress: string, options?: TargetOptions): Promise<NetworkLoadBalancerState>;
  /** `POST /1.0/networks/{name}/load-balancers`. */
  create(network: string, balancer: NetworkLoadBalancersPost, options?: TargetOptions): Promise<void>;
  /** `PUT /1.0/networks/{name}/load-balancers/{listenAddress}`: replaces it. */
  update(
    network: string,
    listenAddress: string,
    balancer: NetworkLoadBalancerPut,
    options?: TargetOptions,
  ): Promise<void>;
  /**
   * `PATCH /1.0/networks/{name}/load-balancers/{listenAddress}`: merges `config`, keeps backends and ports but no
   * description.
   */
  patch(
    network: string,
    listenAddress: string,
    balancer: NetworkLoadBalancerPut,
    options?: TargetOptions,
  ): Promise<void>;
  /** `DELETE /1.0/networks/{name}/load-balancers/{listenAddress}`. */
  delete(network: string, listenAddress: string, options?: TargetOptions): Promise<void>;
}

/** Makes the calls below `/1.0/networks/{name}/load-balancers`. */
export function networkLoadBalancersApi(context: ClientContext): NetworkLoadBalancersApi {
  const collection = "GET /1.0/networks/{name}/load-balancers";
  const extension = "network_load_balancer";
  return {
    list(name, options = {}) {
      const needed = [extension, ...listExtensions(options)] as const;
      const input = { ...options, path: { name }, recursion: 1, extension: needed } as const;
      return read(context, collection, input, listOf(networkLoadBalancerSchema));
    },
    listUrls(name, options = {}) {
      const needed = [extension, ...listExtensions(options)] as const;
      return read(context, collection, { ...options, path: { name }, extension: needed }, urlsSchema);
    },
    get(name, listenAddress, options = {}) {
      const itemRoute = "GET /1.0/networks/{name}/load-balancers/{listenAddress}";
      const input = { ...options, path: { name, listenAddress }, extension } as const;
      return readTagged(context, itemRoute, input, networkLoadBalancerSchema);
    },
    state(name, listenAddress, options = {}) {
      const stateRoute = "GET /1.0/networks/{name}/load-balancers/{listenAddress}/state";
      const needed = [extension, "network_load_balancer_state"] as const;
      const input = { ...options, path: { name, listenAddress }, extension: needed };
      return read(context, stateRoute, input, networkLoadBalancerStateSchema);
    },
    create(name, body, options = {}) {
      const input = { ...options, path: { name }, body, extension } as const;
      return change(context, "POST /1.0/networks/{name}/load-balancers", input);
    },
    update(name, listenAddress, body, options = {}) {
      const input = { ...options, path: { name, listenAddress }, body, extension } as const;
      return change(context, "PUT /1.0/networks/{name}/load-balancers/{listenAddress}", input);
    },
    patch(name, listenAddress, balancer, options = {}) {
      const input = { ...options, path: { name, listenAddress }, body: withConfig(balancer), extension } as const;
      return change(context, "PATCH /1.0/networks/{name}/load-balancers/{listenAddress}", input);
    },
    delete(name, listenAddress, options = {}) {
      const input = { ...options, path: { name, listenAddress }, extension } as const;
      return change(context, "DELETE /1.0/networks/{name}/load-balancers/{listenAddress}", input);
    },
  };
}
