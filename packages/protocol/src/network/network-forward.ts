import * as z from "zod";
import { listOf, stringMap, text } from "../wire.ts";

/** Ports that a forward passes on. */
export interface NetworkForwardPort {
  readonly description: string;
  /** `tcp` or `udp`. */
  readonly protocol: string;
  /** Ports and ranges: `80,8000-8010`. */
  readonly listen_port: string;
  /** Empty: the same ports. */
  readonly target_port: string;
  readonly target_address: string;
}

/** An outer address that leads into a network: `GET /1.0/networks/{name}/forwards/{listenAddress}`. */
export interface NetworkForward {
  readonly listen_address: string;
  readonly description: string;
  readonly config: Readonly<Record<string, string>>;
  readonly ports: readonly NetworkForwardPort[];
  /** Cluster member, or `none`. */
  readonly location: string;
}

/** Reads a {@link NetworkForward}. */
export const networkForwardSchema: z.ZodType<NetworkForward> = z.looseObject({
  listen_address: z.string(),
  description: text,
  config: stringMap,
  ports: listOf(
    z.looseObject({ description: text, protocol: text, listen_port: text, target_port: text, target_address: text }),
  ),
  location: text,
});

/** Body of `PUT` (replaces) and `PATCH .../forwards/{listenAddress}` (merges). */
export interface NetworkForwardPut {
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly ports?: readonly Partial<NetworkForwardPort>[];
}

/** Body of `POST /1.0/networks/{name}/forwards`. */
export interface NetworkForwardsPost extends NetworkForwardPut {
  readonly listen_address: string;
}
