import {
  type ClusterMember,
  type ClusterMemberPut,
  clusterMemberSchema,
  type ClusterMembersPost,
  type ClusterMemberState,
  type ClusterMemberStatePost,
  clusterMemberStateSchema,
} from "@lxdkit/protocol";
import { begin, change, read, readTagged } from "../call.ts";
import type { CallOptions, ChangeOptions, Tagged } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import type { OperationHandle, Settle } from "../operation-handle.ts";
import { type CreatedJoinToken, createdJoinToken } from "./join-token.ts";

/** Options of {@link ClusterMembersApi.delete}. */
export interface DeleteClusterMemberOptions extends CallOptions {
  /** Also one that does not answer or still has instances; it is not told, and goes on believing to be a member. */
  readonly force?: boolean | undefined;
}

/** Calls below `/1.0/cluster/members`; `SERVER_ERROR` on a server that is in no cluster. */
export interface ClusterMembersApi {
  /** `GET /1.0/cluster/members?recursion=1`. */
  list(options?: CallOptions): Promise<ClusterMember[]>;
  /** `GET /1.0/cluster/members`: their URLs. */
  listUrls(options?: CallOptions): Promise<string[]>;
  /** `POST /1.0/cluster/members`: asks for a token with which a server of that name can join, once. */
  createToken(member: ClusterMembersPost, options?: CallOptions): Promise<CreatedJoinToken>;
  /** `GET /1.0/cluster/members/{name}`. */
  get(name: string, options?: CallOptions): Promise<Tagged<ClusterMember>>;
  /**
   * `PUT /1.0/cluster/members/{name}`: replaces all of it. The role `database`, if it has that, a failure domain and a
   * group must be given.
   */
  update(name: string, member: ClusterMemberPut, options?: ChangeOptions): Promise<void>;
  /** `PATCH /1.0/cluster/members/{name}`: merges `config`; the rest is replaced as by `PUT`, also what is left out. */
  patch(name: string, member: ClusterMemberPut, options?: ChangeOptions): Promise<void>;
  /** `POST /1.0/cluster/members/{name}`. */
  rename(name: string, newName: string, options?: CallOptions): Promise<void>;
  /** `DELETE /1.0/cluster/members/{name}`: the member leaves the cluster, forgets all that it has and starts anew. */
  delete(name: string, options?: DeleteClusterMemberOptions): Promise<void>;
  /** `POST /1.0/cluster/members/{name}/state`: moves its instances away and takes no more, or takes them back. */
  setState(name: string, state: ClusterMemberStatePost, options?: CallOptions): Promise<OperationHandle>;
  /** `GET /1.0/cluster/members/{name}/state`: load and storage. Incus and newer LXD (`cluster_member_state`). */
  state(name: string, options?: CallOptions): Promise<ClusterMemberState>;
}

/** Makes the calls below `/1.0/cluster/members`. */
export function clusterMembersApi(context: ClientContext): ClusterMembersApi {
  const collection = "GET /1.0/cluster/members";
  const item = "GET /1.0/cluster/members/{name}";
  return {
    list: (options = {}) => read(context, collection, { ...options, recursion: 1 }, listOf(clusterMemberSchema)),
    listUrls: (options = {}) => read(context, collection, options, urlsSchema),
    createToken: async (body, options = {}) =>
      createdJoinToken(await begin(context, "POST /1.0/cluster/members", { ...options, body })),
    get: (name, options = {}) => readTagged(context, item, { ...options, path: { name } }, clusterMemberSchema),
    update: (name, body, options = {}) =>
      change(context, "PUT /1.0/cluster/members/{name}", { ...options, path: { name }, body }),
    patch: (name, body, options = {}) =>
      change(context, "PATCH /1.0/cluster/members/{name}", { ...options, path: { name }, body }),
    rename: (name, newName, options = {}) =>
      change(context, "POST /1.0/cluster/members/{name}", {
        ...options,
        path: { name },
        body: { server_name: newName },
      }),
    delete: (name, { force, ...options } = {}) => {
      const query = force === true ? { force: 1 } : {};
      return change(context, "DELETE /1.0/cluster/members/{name}", { ...options, path: { name }, query });
    },
    setState: (name, body, options = {}) => {
      const input = { ...options, path: { name }, body };
      const settle = settleMemberState(context, name, body, options);
      return begin(context, "POST /1.0/cluster/members/{name}/state", input, settle);
    },
    state: (name, options = {}) => {
      const input = { ...options, path: { name }, extension: "cluster_member_state" } as const;
      return read(context, "GET /1.0/cluster/members/{name}/state", input, clusterMemberStateSchema);
    },
  };
}

/** A member counts as evacuated after all is done; it counts as restored before its instances are back. */
function settleMemberState(
  context: ClientContext,
  name: string,
  { action }: ClusterMemberStatePost,
  options: CallOptions,
): Settle {
  return async (signal) => {
    const input = { ...options, path: { name }, signal };
    const { status } = await read(context, "GET /1.0/cluster/members/{name}", input, clusterMemberSchema);
    const isEvacuated = status === "Evacuated";
    if (action === "evacuate") return isEvacuated;
    return isEvacuated ? false : undefined;
  };
}
