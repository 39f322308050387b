import type { Flavour } from "@lxdkit/protocol";
import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import { flagField, type JsonObject, parseBody, textField, textListField } from "../core/json-body.ts";
import type { CertificateRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import { type ApiReply, type ApiRequest, created, type Route } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { hasProject } from "../projects/project-scope.ts";
import { readCertificate } from "./read-certificate.ts";
import { issueToken, takeProof } from "./trust-proof.ts";

const spec: ResourceSpec<CertificateRecord> = {
  path: "/1.0/certificates",
  item: "{fingerprint}",
  event: "certificate",
  table: (state) => state.store.certificates,
  scope: () => serverScope,
  find: ({ state }, scope, prefix) => {
    const found = state.store.certificates.in(scope).filter(({ fingerprint }) => fingerprint.startsWith(prefix));
    return found.length === 1 ? found[0] : undefined;
  },
  missing: () => new Refusal(404, "Certificate not found"),
  nameOf: ({ fingerprint }) => fingerprint,
  url: ({ flavour }, { fingerprint }) => apiUrl(flavour, ["certificates", fingerprint]),
  view: certificateView,
  etag: certificateView,
  update: {
    replace: replaceCertificate,
    merge: (certificate, body) => ({ ...certificate, ...body }),
    changed: ({ state }, old, record) => {
      if (old.fingerprint !== record.fingerprint) state.store.certificates.delete(old);
    },
  },
  remove: () => undefined,
  listMethods: { POST: add },
  isPublic: ["POST"],
};

/** `/1.0/certificates` and what is below it. Callers without trust may add their own certificate. */
export const certificateRoutes: readonly Route[] = resourceRoutes(spec);

function certificateView({ state }: ApiRequest, record: CertificateRecord): object {
  const { name, type, restricted, projects, certificate, description, fingerprint } = record;
  const own = state.flavour === "incus" ? { description } : {};
  return { name, type, restricted, projects, certificate, ...own, fingerprint };
}

async function add(request: ApiRequest): Promise<ApiReply> {
  const { state, caller } = request;
  const body = parseBody(request);
  if (flagField(body, "token")) {
    if (!caller.isTrusted) throw new Refusal(403, "not authorized");
    return { kind: "operation", operation: await issueToken(state, body) };
  }
  // Whoever is not trusted yet can add its own certificate alone.
  const sent = caller.isTrusted ? textField(body, "certificate") : "";
  if (caller.isTrusted && sent === "") throw new Refusal(400, "Client is already trusted");
  // What a token promises its bearer comes before what the bearer asks for.
  const wanted = caller.isTrusted ? body : { ...body, ...takeProof(state, body) };
  const type = textField(wanted, "type") || (caller.isTrusted ? "" : "client");
  if (!["client", "metrics", "server"].includes(type)) throw new Refusal(400, "Invalid certificate type");
  if (sent === "" && caller.certificate === undefined) throw new Refusal(400, "No client certificate provided");
  const { certificate, fingerprint, commonName } = readCertificate(sent === "" ? caller.certificate : sent);
  if (state.store.certificates.get(serverScope, fingerprint) !== undefined) {
    throw new Refusal(409, "Certificate already in trust store");
  }
  const record: CertificateRecord = {
    fingerprint,
    name: textField(wanted, "name") || commonName,
    type,
    restricted: flagField(wanted, "restricted"),
    projects: projectsField(request, wanted),
    certificate,
    description: descriptionField(state, wanted),
  };
  state.store.certificates.put(record);
  const source = spec.url(state, record);
  tellRequest(request, { action: "certificate-created", source });
  return created(source);
}

function replaceCertificate(request: ApiRequest, record: CertificateRecord, body: JsonObject): CertificateRecord {
  if (textField(body, "type") !== record.type) {
    const isLxd = request.state.flavour === "lxd";
    throw new Refusal(isLxd ? 403 : 400, "The certificate type cannot be changed");
  }
  const own = changedCertificate(request, record, body);
  if (request.caller.projects !== undefined) return ownCertificateOnly(record, own, body);
  return {
    ...record,
    ...own,
    name: textField(body, "name"),
    restricted: flagField(body, "restricted"),
    projects: projectsField(request, body),
    description: descriptionField(request.state, body),
  };
}

/** LXD knows no descriptions of certificates. */
function descriptionField({ flavour }: FakeState, body: JsonObject): string {
  return flavour === "lxd" ? "" : textField(body, "description");
}

type OwnCertificate = Pick<CertificateRecord, "certificate" | "fingerprint">;

/** Another certificate in the place of the one that is there, where the body has one. */
function changedCertificate({ state }: ApiRequest, record: CertificateRecord, body: JsonObject): OwnCertificate {
  const sent = textField(body, "certificate");
  if (sent === "" || sent === record.certificate) return record;
  if (!/-----BEGIN [^-]*-----[^-]*-----END/.test(sent)) throw notPem(state.flavour);
  const { certificate, fingerprint } = readCertificate(sent);
  const isTaken = fingerprint !== record.fingerprint && state.store.certificates.get(serverScope, fingerprint);
  if (isTaken) throw new Refusal(409, "Certificate already in trust store");
  return { certificate, fingerprint };
}

/** LXD 5.0.2 hangs up, which every error but a refusal does. */
function notPem(flavour: Flavour): Error {
  const text = "Invalid PEM encoded certificate";
  return flavour === "lxd" ? new Error(text) : new Refusal(400, text);
}

/** Whoever is restricted may change its own certificate and nothing else of it; what it says of projects is ignored. */
function ownCertificateOnly(record: CertificateRecord, own: OwnCertificate, body: JsonObject): CertificateRecord {
  const isSame = textField(body, "name") === record.name && flagField(body, "restricted") === record.restricted;
  if (!isSame) throw new Refusal(403, "Only the certificate can be changed");
  return { ...record, certificate: own.certificate, fingerprint: own.fingerprint };
}

function projectsField({ state }: ApiRequest, body: JsonObject): readonly string[] {
  const projects = textListField(body, "projects") ?? [];
  if (projects.some((project) => !hasProject(state, project))) throw new Refusal(404, "Project not found");
  if (new Set(projects).size === projects.length) return projects;
  const columns = "certificates_projects.certificate_id, certificates_projects.project_id";
  const text = `Failed to create "certificates_projects" entry: UNIQUE constraint failed: ${columns}`;
  throw new Refusal(500, text);
}
