import { formatTrustToken } from "@lxdkit/certificates";
import type { CertificatesPost, Operation } from "@lxdkit/protocol";
import { begin } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { hideSecret, readIssuedToken } from "../issued-token.ts";
import type { OperationHandle } from "../operation-handle.ts";

// Servers keep tokens in the default project, whatever project the request is for.
const project = "default";

/** What the client will be that uses a token. */
export interface CreateTokenInput extends Pick<CertificatesPost, "type" | "restricted" | "projects" | "description"> {
  /** Name under which the server will list it. */
  readonly name: string;
}

/** A trust token that nobody has used yet. */
export interface TrustTokenEntry {
  /** Id of the operation that stands for the token, as long as it can be used. */
  readonly operationId: string;
  /** The text that the client is given. Secret: neither `util.inspect` nor `JSON.stringify` shows it. */
  readonly token: string;
  /** Name under which the server will list the client. */
  readonly name: string;
  /** `client` or `metrics`. */
  readonly type: string;
  /** The client may use only `projects`. */
  readonly restricted: boolean;
  readonly projects: readonly string[];
  /** Undefined when it does not expire (`core.remote_token_expiry`). */
  readonly expiresAt: Date | undefined;
}

/** A trust token that was just made. */
export interface CreatedTrustToken extends TrustTokenEntry {
  /** Stands for the token: cancelling it revokes the token. It also ends as cancelled when the token was used. */
  readonly operation: OperationHandle;
}

/** Asks for a token. */
export async function createToken(
  context: ClientContext,
  input: CreateTokenInput,
  options: CallOptions,
): Promise<CreatedTrustToken> {
  const body: CertificatesPost = { type: "client", ...input, token: true };
  const operation = await begin(context, "POST /1.0/certificates", { ...options, project, body });
  const { shown, token } = describe(operation.operation);
  return hideSecret({ ...shown, token, operation }, { ...shown, token: "[secret]" });
}

/** The tokens among the operations. A token has no list of its own. */
export async function listTokens(context: ClientContext, options: CallOptions): Promise<TrustTokenEntry[]> {
  const operations = await context.operations.list({ ...options, project });
  return operations.filter(isOpenTrustToken).map((operation) => {
    const { shown, token } = describe(operation);
    return hideSecret({ ...shown, token }, { ...shown, token: "[secret]" });
  });
}

/** Join tokens and those of images have no `request`; one that was used or revoked is no longer running. */
function isOpenTrustToken({ class: kind, status, metadata }: Operation): boolean {
  return kind === "token" && status === "Running" && metadata["request"] !== undefined;
}

function describe(operation: Operation | undefined): {
  readonly shown: Omit<TrustTokenEntry, "token">;
  readonly token: string;
} {
  const issued = readIssuedToken(operation, "POST /1.0/certificates");
  const { name = "", type = "", restricted = false, projects = [] } = issued.request ?? {};
  const shown = { operationId: operation?.id ?? "", name, type, restricted, projects, expiresAt: issued.expiresAt };
  return { shown, token: formatTrustToken({ ...issued, clientName: name }) };
}
