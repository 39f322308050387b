import { createPrivateKey, X509Certificate } from "node:crypto";
import { apiUrl } from "../core/api-url.ts";
import { etagOf, sortedMap } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import { flagField, parseBody, textField } from "../core/json-body.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, type Route, sync } from "../core/router.ts";
import { syncEnvelope } from "../core/envelope-text.ts";
import { tell, tellRequest } from "../events/lifecycle-event.ts";
import { formCluster, newMember } from "./form-cluster.ts";
import { addMemberCertificates } from "./member-certificates.ts";
import { groupRoutes } from "./groups.ts";
import { memberRoutes } from "./member-routes.ts";
import { allMembers, isClustered } from "./members.ts";

/** `/1.0/cluster` and what is below it. */
export const clusterRoutes: readonly Route[] = [
  { pattern: "/1.0/cluster", methods: { GET: getCluster, PUT: putCluster } },
  { pattern: "/1.0/cluster/certificate", methods: { PUT: putCertificate } },
  ...memberRoutes,
  ...groupRoutes,
];

function getCluster({ state }: ApiRequest): ApiReply {
  const keys = state.store.pools.all().map(({ name }) => ({
    entity: "storage-pool",
    name,
    key: "source",
    value: "",
    description: `"source" property for storage pool "${name}"`,
  }));
  const isEnabled = isClustered(state);
  const view = { server_name: isEnabled ? state.location : "", enabled: isEnabled, member_config: keys };
  return sync(view, etagOf(view));
}

function putCluster(request: ApiRequest): ApiReply {
  const { state } = request;
  const body = parseBody(request);
  if (!flagField(body, "enabled")) return disable(request);
  const name = textField(body, "server_name");
  if (name === "") throw new Refusal(400, "ServerName is required when enabling clustering");
  if (textField(body, "cluster_address") !== "") {
    if (textField(body, "cluster_certificate") === "") {
      throw new Refusal(400, "No target cluster member certificate provided");
    }
    if (isClustered(state)) throw new Refusal(400, "This server is already clustered");
    if (textField(body, "server_address") === "") {
      throw new Refusal(400, "No server address provided for this member");
    }
    return join(state, textField(body, "cluster_address"), textField(body, "cluster_certificate"));
  }
  return bootstrap(request, name);
}

const resources = { cluster: null as never };

function bootstrap({ state, caller }: ApiRequest, name: string): ApiReply {
  const address = state.httpsAddresses()[0] ?? "";
  if (address === "") {
    const about = 'Cannot use wildcard core.https_address "" for cluster.https_address';
    throw new Refusal(500, `${about}. Please specify a new cluster.https_address or core.https_address`);
  }
  let isDone = false;
  const operation = state.operations.start({
    description: "Creating bootstrap node",
    project: "",
    resources,
    work: async () => {
      await Promise.resolve();
      if (isClustered(state)) throw new OperationFailure("Inconsistent state: found leftover cluster certificate");
      state.store.config = sortedMap({ ...state.store.config, "cluster.https_address": address });
      formCluster(state, newMember(name, address));
      await addMemberCertificates(state, [name]);
      isDone = true;
    },
    afterEnd: () => {
      if (isDone) tell(state, { action: "cluster-enabled", source: apiUrl(state.flavour, ["cluster", name]), caller });
    },
  });
  return { kind: "operation", operation };
}

/** A fake joins no cluster of other servers: it cannot reach any. */
function join(state: FakeState, address: string, certificate: string): ApiReply {
  const operation = state.operations.start({
    description: "Joining cluster",
    project: "",
    resources,
    work: async () => {
      await Promise.resolve();
      const verb = state.flavour === "lxd" ? "setup" : "update";
      const about = `Failed to ${verb} cluster trust: Failed to connect to target cluster node "${address}"`;
      const refused = `Unable to connect to: ${address} ([dial tcp ${address}: connect: connection refused])`;
      const isCertificate = isPem(() => new X509Certificate(certificate));
      throw new OperationFailure(
        `${about}: ${isCertificate ? `Get "https://${address}/1.0": ${refused}` : "Invalid remote certificate"}`,
      );
    },
  });
  return { kind: "operation", operation };
}

/** Without clustering the server begins anew; a server that is alone does so too. */
function disable(request: ApiRequest): ApiReply {
  const { state } = request;
  tellRequest(request, { action: "cluster-disabled", source: "/1.0/cluster/" });
  return {
    kind: "raw",
    write(response) {
      response.once("finish", () => state.reset());
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end(syncEnvelope({}));
      return Promise.resolve();
    },
  };
}

/** `PUT /1.0/cluster/certificate`: another certificate for all members. */
async function putCertificate(request: ApiRequest): Promise<ApiReply> {
  const body = parseBody(request);
  const pem = textField(body, "cluster_certificate");
  const key = textField(body, "cluster_certificate_key");
  const about = "must be base64 encoded PEM";
  if (!isPem(() => new X509Certificate(pem))) {
    throw new Refusal(400, `Certificate ${about} certificate: %!w(<nil>)`);
  }
  if (!isPem(() => createPrivateKey(key))) throw new Refusal(400, `Private key ${about} key: %!w(<nil>)`);
  const { state } = request;
  if (!new X509Certificate(pem).checkPrivateKey(createPrivateKey(key))) {
    const start = state.flavour === "lxd" ? "failed to load cluster TLS certificate: " : "";
    throw new Refusal(500, `${start}tls: private key does not match public key`);
  }
  await state.replaceCertificate({ pem, key });
  const event = { action: "cluster-certificate-updated", source: "/1.0/cluster/certificate" };
  for (const { name } of allMembers(state).slice(1)) tellRequest({ ...request, state: state.on(name) }, event);
  tellRequest(request, event);
  return sync({});
}

function isPem(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
