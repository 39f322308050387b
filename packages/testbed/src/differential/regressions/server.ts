import type { Sequence } from "../call.ts";

const wrong = { "If-Match": "wrong" };

/** About the server itself. */
export const serverRegressions: readonly Sequence[] = [
  {
    name: "the root answers every method",
    calls: ["PUT", "PATCH", "POST", "DELETE", "PROPFIND"].map((method) => ({ method, path: "/" })),
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
    name: "Incus alone knows descriptions of certificates",
    calls: [
      {
        method: "POST",
        path: "/1.0/certificates",
        body: { certificate: "{certificateOne}", type: "client", name: "one", description: 5 },
      },
    ],
  },
];
