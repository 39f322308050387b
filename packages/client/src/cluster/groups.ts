import { type ClusterGroup, type ClusterGroupPut, clusterGroupSchema, type ClusterGroupsPost } from "@lxdkit/protocol";
import { change, read, readTagged } from "../call.ts";
import type { CallOptions, Tagged } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listOf, urlsSchema } from "../list-of.ts";

/** Calls below `/1.0/cluster/groups`; `BAD_REQUEST` on a server that is in no cluster. */
export interface ClusterGroupsApi {
  /** `GET /1.0/cluster/groups?recursion=1`. */
  list(options?: CallOptions): Promise<ClusterGroup[]>;
  /** `GET /1.0/cluster/groups`: their URLs. */
  listUrls(options?: CallOptions): Promise<string[]>;
  /** `GET /1.0/cluster/groups/{name}`. */
  get(name: string, options?: CallOptions): Promise<Tagged<ClusterGroup>>;
  /** `POST /1.0/cluster/groups`. */
  create(group: ClusterGroupsPost, options?: CallOptions): Promise<void>;
  /**
   * `PUT /1.0/cluster/groups/{name}`: replaces description and members. LXD 5.0 and Incus 6.0 check no ETag here, and
   * at `PATCH` one that their `GET` never gives.
   */
  update(name: string, group: ClusterGroupPut, options?: CallOptions): Promise<void>;
  /** `PATCH /1.0/cluster/groups/{name}`: changes what is given; the list of members as a whole. */
  patch(name: string, group: ClusterGroupPut, options?: CallOptions): Promise<void>;
  /** `POST /1.0/cluster/groups/{name}`; `default` cannot be renamed. */
  rename(name: string, newName: string, options?: CallOptions): Promise<void>;
  /** `DELETE /1.0/cluster/groups/{name}`; only one without members. */
  delete(name: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/cluster/groups`. */
export function clusterGroupsApi(context: ClientContext): ClusterGroupsApi {
  const collection = "GET /1.0/cluster/groups";
  return {
    list: (options = {}) => read(context, collection, { ...options, recursion: 1 }, listOf(clusterGroupSchema)),
    listUrls: (options = {}) => read(context, collection, options, urlsSchema),
    get: (name, options = {}) =>
      readTagged(context, "GET /1.0/cluster/groups/{name}", { ...options, path: { name } }, clusterGroupSchema),
    create: (body, options = {}) => change(context, "POST /1.0/cluster/groups", { ...options, body }),
    update: (name, body, options = {}) =>
      change(context, "PUT /1.0/cluster/groups/{name}", { ...options, path: { name }, body }),
    patch: (name, body, options = {}) =>
      change(context, "PATCH /1.0/cluster/groups/{name}", { ...options, path: { name }, body }),
    rename: (name, newName, options = {}) =>
      change(context, "POST /1.0/cluster/groups/{name}", { ...options, path: { name }, body: { name: newName } }),
    delete: (name, options = {}) =>
      change(context, "DELETE /1.0/cluster/groups/{name}", { ...options, path: { name } }),
  };
}
