import * as z from "zod";
import { listOf, stringMap, text } from "../wire.ts";

/** One rule; empty fields match all. */
export interface NetworkAclRule {
  /** `allow`, `drop`, `reject` or, on newer servers, `allow-stateless`. */
  readonly action: string;
  /** Addresses, networks, ranges or names of ACLs, separated by commas. */
  readonly source: string;
  readonly destination: string;
  /** `tcp`, `udp`, `icmp4` or `icmp6`. */
  readonly protocol: string;
  /** Ports and ranges, separated by commas. */
  readonly source_port: string;
  readonly destination_port: string;
  readonly icmp_type: string;
  readonly icmp_code: string;
  readonly description: string;
  /** `enabled`, `disabled` or `logged`. */
  readonly state: string;
}

/** Rules for what may pass: `GET /1.0/network-acls/{name}`. */
export interface NetworkAcl {
  readonly name: string;
  readonly description: string;
  readonly egress: readonly NetworkAclRule[];
  readonly ingress: readonly NetworkAclRule[];
  readonly config: Readonly<Record<string, string>>;
  readonly used_by: readonly string[];
  /** Incus only. */
  readonly project?: string | undefined;
}

const ruleSchema: z.ZodType<NetworkAclRule> = z.looseObject({
  action: z.string(),
  source: text,
  destination: text,
  protocol: text,
  source_port: text,
  destination_port: text,
  icmp_type: text,
  icmp_code: text,
  description: text,
  state: text,
});

/** Reads a {@link NetworkAcl}. */
export const networkAclSchema: z.ZodType<NetworkAcl> = z.looseObject({
  name: z.string(),
  description: text,
  egress: listOf(ruleSchema),
  ingress: listOf(ruleSchema),
  config: stringMap,
  used_by: listOf(z.string()),
  project: z.string().optional(),
});

/** A rule as a client writes it. */
export interface NetworkAclRulePut extends Partial<NetworkAclRule> {
  readonly action: string;
  readonly state: string;
}

/** Body of `PUT` (replaces) and `PATCH /1.0/network-acls/{name}` (merges only `config`). */
export interface NetworkAclPut {
  readonly description?: string;
  readonly egress?: readonly NetworkAclRulePut[];
  readonly ingress?: readonly NetworkAclRulePut[];
  readonly config?: Readonly<Record<string, string>>;
}

/** Body of `POST /1.0/network-acls`. */
export interface NetworkAclsPost extends NetworkAclPut {
  readonly name: string;
}

/** Body of `POST /1.0/network-acls/{name}`: the new name. */
export interface NetworkAclPost {
  readonly name: string;
}
