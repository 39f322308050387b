import { apiUrl } from "../core/api-url.ts";
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
  const sent = textField(body, "certificate");
  if (caller.isTrusted && sent === "") throw new Refusal(400, "Client is already trusted");
  // What a token promises its bearer comes before what the bearer asks for.
  const wanted = caller.isTrusted ? body : { ...body, ...takeProof(state, body) };
  if (sent === "" && caller.certificate === undefined) throw new Refusal(400, "No client certificate provided");
  const { certificate, fingerprint, commonName } = readCertificate(sent === "" ? caller.certificate : sent);
  if (state.store.certificates.get(serverScope, fingerprint) !== undefined) {
    throw new Refusal(409, "Certificate already in trust store");
  }
  const type = textField(wanted, "type") || "client";
  if (type !== "client" && type !== "metrics") throw new Refusal(400, "Invalid certificate type");
  const record: CertificateRecord = {
    fingerprint,
    name: textField(wanted, "name") || commonName,
    type,
    restricted: flagField(wanted, "restricted"),
    projects: projectsField(request, wanted),
    certificate,
    description: textField(wanted, "description"),
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
  return {
    ...record,
    name: textField(body, "name"),
    restricted: flagField(body, "restricted"),
    projects: projectsField(request, body),
    description: textField(body, "description"),
  };
}

function projectsField({ state }: ApiRequest, body: JsonObject): readonly string[] {
  const projects = textListField(body, "projects") ?? [];
  if (projects.some((project) => !hasProject(state, project))) throw new Refusal(404, "Project not found");
  return projects;
}
