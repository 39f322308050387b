import type { Flavour } from "@lxdkit/protocol";
import { CertificateError } from "./certificate-error.ts";
import { firstPemBlock } from "./pem-block.ts";
import { unwrapToken } from "./token-text.ts";
import { parseTrustToken } from "./trust-token.ts";

/** The body of `POST /1.0/certificates` with the server's own names. */
export interface CertificateCreateRequest {
  /** What the certificate is for. */
  readonly type: "client";
  /** The name under which the server lists it. */
  readonly name: string;
  /** Base64 of the DER form, without armour and line breaks. */
  readonly certificate: string;
  /** Whether the client may use only `projects`. */
  readonly restricted?: boolean;
  /** The projects that a restricted client may use. */
  readonly projects?: readonly string[];
  /** LXD 5.0: the trust password or the whole text of a trust token. Secret. */
  readonly password?: string;
  /** Incus and newer LXD: the whole text of a trust token. Secret. */
  readonly trust_token?: string;
}

/** What makes a server trust somebody whom it does not know: a token, or the trust password of LXD 5.0. */
export type TrustProof =
  | {
      /** The text of the trust token. */
      readonly token: string;
      /** Whose token it is; decides which field carries it. */
      readonly flavour: Flavour;
      /** `api_extensions` of the server: with `explicit_trust_token`, LXD has a field for tokens, too. */
      readonly apiExtensions?: readonly string[];
    }
  | {
      /** The trust password (`core.trust_password`). */
      readonly password: string;
    };

/** Options of {@link Certificate.asCreateRequest}. */
export interface CreateRequestOptions {
  /** Whether the client may use only `projects`; true by default when `projects` are given. */
  readonly restricted?: boolean;
  /** The projects that the client may use; all by default. */
  readonly projects?: readonly string[];
  /** Needed by a caller whom the server does not trust yet. */
  readonly trust?: TrustProof;
  /** Milliseconds since 1970, to see whether the token expired; the system clock by default. */
  readonly now?: () => number;
}

/** Builds the body. */
export function createRequest(
  { name, certificatePem }: { readonly name: string; readonly certificatePem: string },
  options: CreateRequestOptions = {},
): CertificateCreateRequest {
  const block = firstPemBlock(certificatePem);
  if (block === undefined) {
    throw new CertificateError("failed to decode certificate PEM", { code: "BAD_PEM" });
  }
  const { projects } = options;
  const restricted = options.restricted ?? (projects === undefined ? undefined : true);
  if (restricted === false && projects !== undefined && projects.length > 0) {
    throw new TypeError("projects limit nothing unless restricted is true");
  }
  return {
    type: "client",
    name,
    certificate: block.der.toString("base64"),
    ...(restricted === undefined ? {} : { restricted }),
    ...(projects === undefined ? {} : { projects }),
    ...(options.trust === undefined ? {} : proof(options.trust, options.now)),
  };
}

function proof(
  trust: TrustProof,
  now: (() => number) | undefined,
): Pick<CertificateCreateRequest, "password" | "trust_token"> {
  if ("password" in trust) return { password: trust.password };
  // Read for the check alone: what is sent is the server's own text.
  parseTrustToken(trust.token, now === undefined ? {} : { now });
  const token = unwrapToken(trust.token);
  const hasField = trust.flavour === "incus" || trust.apiExtensions?.includes("explicit_trust_token") === true;
  return hasField ? { trust_token: token } : { password: token };
}
