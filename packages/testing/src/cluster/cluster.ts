import { etagOf } from "../core/etag.ts";
import { Refusal } from "../core/refusal.ts";
import { type Handler, type Route, sync } from "../core/router.ts";

const getCluster: Handler = ({ state }) => {
  const keys = state.store.pools.all().map(({ name }) => ({
    entity: "storage-pool",
    name,
    key: "source",
    value: "",
    description: `"source" property for storage pool "${name}"`,
  }));
  const view = { server_name: "", enabled: false, member_config: keys };
  return sync(view, etagOf(view));
};

function refuse(status: number, text: string): Handler {
  return () => {
    throw new Refusal(status, text);
  };
}

/** A server that is alone: it says so, and has neither members nor groups. */
export const clusterRoutes: readonly Route[] = [
  { pattern: "/1.0/cluster", methods: { GET: getCluster } },
  ...["/1.0/cluster/members", "/1.0/cluster/members/{name}"].map((pattern) => ({
    pattern,
    methods: { GET: refuse(500, "Server is not clustered") },
  })),
  ...["/1.0/cluster/groups", "/1.0/cluster/groups/{name}"].map((pattern) => ({
    pattern,
    methods: { GET: refuse(400, "This server is not clustered") },
  })),
];
