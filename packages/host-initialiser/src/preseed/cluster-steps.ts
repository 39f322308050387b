import type { Step } from "../steps/step.ts";
import type { PreseedCluster } from "./preseed.ts";
import type { ServerState } from "./server-state.ts";

/** The step that makes the server the first of a cluster, or a member of one. It comes last and is not taken back. */
export function clusterSteps(cluster: PreseedCluster | undefined, state: ServerState): readonly Step[] {
  if (cluster === undefined || !cluster.enabled || state.isClustered) return [];
  const { cluster_token: token = "", cluster_password: password = "", cluster_certificate_path: _, ...rest } = cluster;
  const isJoining = (cluster.cluster_address ?? "") !== "";
  // What is made known to a member to let it in is one field.
  const secret = password === "" ? token : password;
  return [
    {
      id: "cluster",
      changes: isJoining
        ? `join the cluster at ${cluster.cluster_address ?? ""}`
        : "make the server the first of a cluster",
      why: "the preseed asks for it",
      action: {
        kind: "create",
        method: "PUT",
        path: "/1.0/cluster",
        body: { ...rest, ...(secret !== "" && { cluster_password: secret }) },
        object: undefined,
      },
      isUndoable: false,
    },
  ];
}
