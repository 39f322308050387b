import type { AccessEntry } from "@lxdkit/protocol";
import { type ApiReply, type ApiRequest, type Route, sync } from "../core/router.ts";
import type { CertificateRecord } from "../core/records.ts";
import { projectOf } from "../projects/project-scope.ts";

/** Who may use an instance or a project, by the certificates that the server trusts. Both look for neither. */
export const accessRoutes: readonly Route[] = [
  { pattern: "/1.0/instances/{name}/access", only: "incus", methods: { GET: instanceAccess } },
  { pattern: "/1.0/projects/{name}/access", only: "incus", methods: { GET: projectAccess } },
];

function instanceAccess(request: ApiRequest): ApiReply {
  const project = projectOf(request);
  const views = (one: CertificateRecord): boolean => one.type === "metrics" && (!one.restricted || isIn(one, project));
  return sync(entries(request, project, views));
}

/** Unlike an instance's, it also names whoever is restricted to the project as one who views it. */
function projectAccess(request: ApiRequest): ApiReply {
  const { name = "" } = request.params;
  return sync(entries(request, name, (one) => one.restricted && isIn(one, name)));
}

function entries(
  { state }: ApiRequest,
  project: string,
  views: (one: CertificateRecord) => boolean,
): readonly AccessEntry[] | null {
  const all = state.store.certificates.all();
  const clients = all.filter(({ type }) => type === "client");
  const found = [
    ...clients.filter(({ restricted }) => !restricted).map((one) => entry(one, "admin")),
    ...clients.filter((one) => one.restricted && isIn(one, project)).map((one) => entry(one, "operator")),
    ...all.filter(views).map((one) => entry(one, "view")),
  ];
  return found.length === 0 ? null : found;
}

function isIn({ projects }: CertificateRecord, project: string): boolean {
  return projects.includes(project);
}

function entry({ fingerprint }: CertificateRecord, role: string): AccessEntry {
  return { identifier: fingerprint, role, provider: "tls" };
}
