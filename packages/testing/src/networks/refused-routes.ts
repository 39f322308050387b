import { parseBody } from "../core/json-body.ts";
import { Refusal } from "../core/refusal.ts";
import type { Handler, Route } from "../core/router.ts";
import { requireNetwork } from "./networks.ts";

/** What no driver but OVN can do, which the fake has not. */
function refuse(what: string): Handler {
  return (request) => {
    if (request.method === "POST") parseBody(request);
    throw notSupported(requireNetwork(request).type, what);
  };
}

/** What a driver says that cannot do something. */
export function notSupported(driver: string, what: string): Refusal {
  return new Refusal(400, `Network driver "${driver}" does not support ${what}`);
}

function collection(path: string, item: string, what: string): readonly Route[] {
  const handler = refuse(what);
  return [
    { pattern: path, methods: { GET: handler, POST: handler } },
    { pattern: `${path}/${item}`, methods: { GET: handler, PUT: handler, PATCH: handler, DELETE: handler } },
  ];
}

const balancers = "/1.0/networks/{name}/load-balancers";

/** Peers and load balancers of networks, which the servers refuse for all drivers that the fake has. */
export const refusedRoutes: readonly Route[] = [
  ...collection("/1.0/networks/{name}/peers", "{peer}", "peering"),
  ...[
    ...collection(balancers, "{address}", "load balancers"),
    { pattern: `${balancers}/{address}/state`, methods: { GET: refuse("load balancers") } },
  ].map((route) => ({ ...route, only: "incus" as const })),
];
