import * as z from "zod";
import { listOf, stringMap, text } from "../wire.ts";

/** A link between two OVN networks: `GET /1.0/networks/{name}/peers/{peerName}`. */
export interface NetworkPeer {
  readonly name: string;
  readonly description: string;
  readonly config: Readonly<Record<string, string>>;
  readonly target_project: string;
  readonly target_network: string;
  /** `Created`, `Pending` (until the other side agrees) or `Errored`. */
  readonly status: string;
  readonly used_by: readonly string[];
  /** `local` or `remote`. Extension `network_integrations`. */
  readonly type?: string | undefined;
  /** Name of a network integration. Extension `network_integrations`. */
  readonly target_integration?: string | undefined;
}

/** Reads a {@link NetworkPeer}. */
export const networkPeerSchema: z.ZodType<NetworkPeer> = z.looseObject({
  name: z.string(),
  description: text,
  config: stringMap,
  target_project: text,
  target_network: text,
  status: text,
  used_by: listOf(z.string()),
  type: z.string().optional(),
  target_integration: z.string().optional(),
});

/** Body of `PUT` and `PATCH .../peers/{peerName}`; both replace. */
export interface NetworkPeerPut {
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** Body of `POST /1.0/networks/{name}/peers`. */
export interface NetworkPeersPost extends NetworkPeerPut {
  readonly name: string;
  readonly target_project?: string;
  readonly target_network?: string;
  readonly type?: "local" | "remote";
  readonly target_integration?: string;
}
