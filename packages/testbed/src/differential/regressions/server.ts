import type { Sequence } from "../call.ts";

const wrong = { "If-Match": "wrong" };

/** About the server itself. */
export const serverRegressions: readonly Sequence[] = [
  {
    name: "the root answers every method",
    calls: ["PUT", "PATCH", "POST", "DELETE", "PROPFIND"].map((method) => ({ method, path: "/" })),
  },
  {
    name: "a server names the project that is asked for, whether it is there or not",
    calls: ["?project=nope", "?project=", ""].map((query) => ({ method: "GET", path: `/1.0${query}` })),
  },
  {
    name: "what is not there is not found by any method",
    calls: ["POST", "PROPFIND"].map((method) => ({ method, path: "/2.0" })),
  },
  {
    name: "a PUT reads its body before the ETag counts, a PATCH after",
    calls: ["PUT", "PATCH"].flatMap((method) =>
      [{ config: ["list"] }, { config: { a: 5 } }, {}].map((body) => ({ method, path: "/1.0", headers: wrong, body })),
    ),
  },
  {
    name: "the type of a certificate is looked at before anything else of it, and the default group before the cluster",
    calls: [
      { method: "POST", path: "/1.0/certificates", body: { type: "client", certificate: "{certificateOne}" } },
      { method: "POST", path: "/1.0/certificates", body: { type: "frob", certificate: "{certificateOne}" } },
      { method: "POST", path: "/1.0/certificates", body: { type: "", certificate: "no base64" } },
      { method: "POST", path: "/1.0/cluster/groups/default" },
      { method: "POST", path: "/1.0/cluster/groups/g1" },
      { method: "POST", path: "/1.0/network-integrations/www", text: "{" },
    ],
  },
  {
    name: "Incus alone knows descriptions of certificates",
    calls: [
      {
        method: "POST",
        path: "/1.0/certificates",
        body: { certificate: "{certificateOne}", type: "client", name: "one", description: 5 },
      },
    ],
  },
  {
    name: "without a configuration a PUT takes all of it away, and a PATCH nothing",
    calls: [
      { method: "PUT", path: "/1.0", body: { config: null } },
      { method: "GET", path: "/1.0" },
      { method: "PUT", path: "/1.0", body: {} },
      { method: "GET", path: "/1.0" },
      { method: "PATCH", path: "/1.0", body: { config: null } },
      { method: "PATCH", path: "/1.0", body: {} },
      { method: "GET", path: "/1.0" },
    ],
  },
  {
    name: "what a server that is alone is told of a cluster is read before it is refused",
    calls: [
      { method: "PUT", path: "/1.0/cluster", body: { enabled: "yes" } },
      { method: "PUT", path: "/1.0/cluster", body: { enabled: 5 } },
      { method: "PUT", path: "/1.0/cluster/certificate", body: { cluster_certificate: 5 } },
      { method: "POST", path: "/1.0/cluster/members", body: { server_name: 5 } },
      { method: "POST", path: "/1.0/cluster/groups", body: { name: 5 } },
      { method: "PUT", path: "/1.0/cluster/members/m1", body: { roles: 5 } },
      { method: "PUT", path: "/1.0/cluster/groups/default", body: { members: "m1" } },
    ],
  },
];
