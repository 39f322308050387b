import type { FakeState } from "../core/fake-state.ts";
import { flagField, type JsonObject, textField, textListField } from "../core/json-body.ts";
import { randomHex } from "../core/random.ts";
import { Refusal } from "../core/refusal.ts";
import { expiryTime } from "../instances/snapshots/snapshot-expiry.ts";
import type { RunningOperation } from "../operations/operation-store.ts";

const description = "Executing operation";

/** Starts the operation that holds a secret with which one client may add its certificate. */
export async function issueToken(state: FakeState, body: JsonObject): Promise<RunningOperation> {
  const addresses = state.httpsAddresses();
  if (addresses.length === 0) throw new Refusal(400, "Can't issue token when server isn't listening on network");
  if (textField(body, "type") !== "client") {
    throw new Refusal(400, "Tokens can only be issued for client certificates");
  }
  const { fingerprint } = await state.certificate();
  const request = {
    name: textField(body, "name"),
    type: textField(body, "type"),
    restricted: flagField(body, "restricted"),
    projects: textListField(body, "projects") ?? [],
    certificate: "",
    ...(state.flavour === "lxd" ? { password: "" } : { description: textField(body, "description"), trust_token: "" }),
    token: true,
  };
  const secret = randomHex(state.random, 64);
  const expiry = state.store.config["core.remote_token_expiry"] ?? "";
  const expiresAt = expiryTime(expiry, state.clock.now());
  state.expiry.watch(expiresAt);
  const lasting = expiry === "" ? {} : { expiresAt };
  return state.operations.startToken({
    description,
    metadata: { addresses, ...lasting, fingerprint, request, secret },
  });
}

/**
 * Checks the proof of a caller without trust: the trust password of LXD, or a token, which it uses up. Gives what the
 * maker of the token asked for its bearer; 403 when the proof is none.
 */
export function takeProof(state: FakeState, body: JsonObject): JsonObject {
  const proof = textField(body, state.flavour === "lxd" ? "password" : "trust_token");
  const password = state.store.config["core.trust_password"] ?? "";
  if (state.flavour === "lxd" && password !== "" && proof === password) return {};
  const secret = secretOf(proof);
  if (secret === undefined) throw new Refusal(403, "not authorized");
  const token = state.operations.list().find((operation) => {
    const { class: kind, description: named, metadata, status } = operation.view();
    return kind === "token" && named === description && status === "Running" && metadata["secret"] === secret;
  });
  if (token === undefined) throw new Refusal(403, "No matching certificate add operation found");
  const { request, expiresAt } = token.view().metadata;
  token.cancel();
  // It is used up all the same.
  if (typeof expiresAt === "string" && Date.parse(expiresAt) < state.clock.now()) {
    throw new Refusal(500, "Failed during search for certificate add token operation: Token has expired");
  }
  const { name, type, restricted, projects } = request as JsonObject;
  return { name, type, restricted, projects };
}

/** The secret of a token that has all its parts; undefined when the text is none. */
function secretOf(proof: string): unknown {
  try {
    const { secret, fingerprint, addresses } = JSON.parse(Buffer.from(proof, "base64").toString()) as JsonObject;
    return fingerprint && Array.isArray(addresses) && addresses.length > 0 ? secret : undefined;
  } catch {
    return undefined;
  }
}
