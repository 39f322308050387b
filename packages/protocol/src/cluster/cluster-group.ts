import * as z from "zod";
import { listOf, text } from "../wire.ts";

/** A set of cluster members that instances can be placed on: `GET /1.0/cluster/groups/{name}`. */
export interface ClusterGroup {
  readonly name: string;
  readonly description: string;
  /** Names of the members. */
  readonly members: readonly string[];
}

/** Reads a {@link ClusterGroup}. */
export const clusterGroupSchema: z.ZodType<ClusterGroup> = z.looseObject({
  name: z.string(),
  description: text,
  members: listOf(z.string()),
});

/** Body of `PUT` (replaces) and `PATCH /1.0/cluster/groups/{name}`. */
export interface ClusterGroupPut {
  readonly description?: string;
  readonly members?: readonly string[];
}

/** Body of `POST /1.0/cluster/groups`. */
export interface ClusterGroupsPost extends ClusterGroupPut {
  readonly name: string;
}

/** Body of `POST /1.0/cluster/groups/{name}`: the new name. */
export interface ClusterGroupPost {
  readonly name: string;
}
