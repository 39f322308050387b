import * as z from "zod";
import { amount, listOf, mapOf, stringMap, text } from "../wire.ts";

/** A place that a load balancer sends connections to. */
export interface NetworkLoadBalancerBackend {
  readonly name: string;
  readonly description: string;
  /** Ports and ranges; empty: the same as the listening ones. */
  readonly target_port: string;
  readonly target_address: string;
}

/** Ports that a load balancer listens on. */
export interface NetworkLoadBalancerPort {
  readonly description: string;
  /** `tcp` or `udp`. */
  readonly protocol: string;
  /** Ports and ranges. */
  readonly listen_port: string;
  /** Names of backends. */
  readonly target_backend: readonly string[];
}

/** `GET /1.0/networks/{name}/load-balancers/{listenAddress}` (extension `network_load_balancer`; OVN networks only). */
export interface NetworkLoadBalancer {
  readonly listen_address: string;
  readonly description: string;
  readonly config: Readonly<Record<string, string>>;
  readonly backends: readonly NetworkLoadBalancerBackend[];
  readonly ports: readonly NetworkLoadBalancerPort[];
  /** Cluster member, or `none`. */
  readonly location: string;
}

/** Reads a {@link NetworkLoadBalancer}. */
export const networkLoadBalancerSchema: z.ZodType<NetworkLoadBalancer> = z.looseObject({
  listen_address: z.string(),
  description: text,
  config: stringMap,
  backends: listOf(z.looseObject({ name: z.string(), description: text, target_port: text, target_address: text })),
  ports: listOf(
    z.looseObject({ description: text, protocol: text, listen_port: text, target_backend: listOf(z.string()) }),
  ),
  location: text,
});

/** Body of `PUT` (replaces) and `PATCH .../load-balancers/{listenAddress}` (merges). */
export interface NetworkLoadBalancerPut {
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly backends?: readonly Partial<NetworkLoadBalancerBackend>[];
  readonly ports?: readonly Partial<NetworkLoadBalancerPort>[];
}

/** Body of `POST /1.0/networks/{name}/load-balancers`. */
export interface NetworkLoadBalancersPost extends NetworkLoadBalancerPut {
  readonly listen_address: string;
}

/** Whether one backend answers. */
export interface NetworkBackendHealth {
  readonly address: string;
  readonly ports: readonly { readonly protocol: string; readonly port: number; readonly status: string }[];
}

/** `GET .../load-balancers/{listenAddress}/state` (extension `network_load_balancer_state`). */
export interface NetworkLoadBalancerState {
  /** By name of the backend. */
  readonly backend_health: Readonly<Record<string, NetworkBackendHealth>>;
}

/** Reads a {@link NetworkLoadBalancerState}. */
export const networkLoadBalancerStateSchema: z.ZodType<NetworkLoadBalancerState> = z.looseObject({
  backend_health: mapOf(
    z.looseObject({ address: text, ports: listOf(z.looseObject({ protocol: text, port: amount, status: text })) }),
  ),
});
