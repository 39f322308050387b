import * as z from "zod";
import { listOf, stringMap, text } from "../wire.ts";

/** A link to networks elsewhere: `GET /1.0/network-integrations/{name}` (extension `network_integrations`). */
export interface NetworkIntegration {
  readonly name: string;
  readonly description: string;
  /** `ovn`. */
  readonly type: string;
  readonly config: Readonly<Record<string, string>>;
  readonly used_by: readonly string[];
}

/** Reads a {@link NetworkIntegration}. */
export const networkIntegrationSchema: z.ZodType<NetworkIntegration> = z.looseObject({
  name: z.string(),
  description: text,
  type: text,
  config: stringMap,
  used_by: listOf(z.string()),
});

/** Body of `PUT` (replaces) and `PATCH /1.0/network-integrations/{name}` (merges). */
export interface NetworkIntegrationPut {
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** Body of `POST /1.0/network-integrations`. */
export interface NetworkIntegrationsPost extends NetworkIntegrationPut {
  readonly name: string;
  readonly type: string;
}

/** Body of `POST /1.0/network-integrations/{name}`: the new name. */
export interface NetworkIntegrationPost {
  readonly name: string;
}
