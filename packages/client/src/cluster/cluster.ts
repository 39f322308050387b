import { type Cluster, type ClusterCertificatePut, type ClusterPut, clusterSchema } from "@lxdkit/protocol";
import { begin, change, read, readTagged } from "../call.ts";
import type { CallOptions, Tagged } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { type ClusterGroupsApi, clusterGroupsApi } from "./groups.ts";
import { type ClusterMembersApi, clusterMembersApi } from "./members.ts";

/** Calls below `/1.0/cluster`. */
export interface ClusterApi {
  readonly members: ClusterMembersApi;
  readonly groups: ClusterGroupsApi;
  /** `GET /1.0/cluster`; a server on its own answers, too. */
  get(options?: CallOptions): Promise<Tagged<Cluster>>;
  /**
   * `PUT /1.0/cluster`: starts a cluster, joins one, or leaves it. A server that leaves forgets all that it has, and
   * is away for a moment afterwards; leaving has no operation.
   */
  update(cluster: ClusterPut, options?: CallOptions): Promise<OperationHandle>;
  /** `PUT /1.0/cluster/certificate`: the pair that all members show from then on, also on this connection. */
  updateCertificate(certificate: ClusterCertificatePut, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/cluster`. */
export function clusterApi(context: ClientContext): ClusterApi {
  return {
    members: clusterMembersApi(context),
    groups: clusterGroupsApi(context),
    get: (options = {}) => readTagged(context, "GET /1.0/cluster", options, clusterSchema),
    update: (body, options = {}) =>
      begin(context, "PUT /1.0/cluster", { ...options, body }, async (signal) => {
        const { enabled } = await read(context, "GET /1.0/cluster", { ...options, signal }, clusterSchema);
        return enabled === body.enabled;
      }),
    updateCertificate: (body, options = {}) => change(context, "PUT /1.0/cluster/certificate", { ...options, body }),
  };
}
