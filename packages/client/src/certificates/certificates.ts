import { type Certificate, type CertificatePut, certificateSchema, type CertificatesPost } from "@lxdkit/protocol";
import { change, read, readTagged } from "../call.ts";
import type { CallOptions, ChangeOptions, FilterOptions, Tagged } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listExtensions } from "../list-extensions.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import { addWithToken, type AddWithTokenOptions, type AddWithTokenResult } from "./add-with-token.ts";
import {
  type CreatedTrustToken,
  createToken,
  type CreateTokenInput,
  listTokens,
  type TrustTokenEntry,
} from "./trust-tokens.ts";

/** Calls below `/1.0/certificates`, and trust tokens. A unique start of a fingerprint is enough. */
export interface CertificatesApi {
  /** `GET /1.0/certificates?recursion=1`; a restricted caller sees its own only. */
  list(options?: FilterOptions): Promise<Certificate[]>;
  /** `GET /1.0/certificates`: their URLs. */
  listUrls(options?: FilterOptions): Promise<string[]>;
  /** `GET /1.0/certificates/{fingerprint}`. */
  get(fingerprint: string, options?: CallOptions): Promise<Tagged<Certificate>>;
  /**
   * `POST /1.0/certificates`: trusts a certificate; that of the connection when the body has none. `CONFLICT` for one
   * that is trusted already.
   */
  create(certificate: Omit<CertificatesPost, "token">, options?: CallOptions): Promise<void>;
  /** `PUT /1.0/certificates/{fingerprint}`: replaces all of it. */
  update(fingerprint: string, certificate: CertificatePut, options?: ChangeOptions): Promise<void>;
  /** `PATCH /1.0/certificates/{fingerprint}`: changes what is given. */
  patch(fingerprint: string, certificate: CertificatePut, options?: ChangeOptions): Promise<void>;
  /** `DELETE /1.0/certificates/{fingerprint}`: trusts it no longer. */
  delete(fingerprint: string, options?: CallOptions): Promise<void>;
  /**
   * `POST /1.0/certificates` with `token`: asks for a token with which one client can add itself, once. The server
   * must listen on an address (`core.https_address`).
   */
  createToken(token: CreateTokenInput, options?: CallOptions): Promise<CreatedTrustToken>;
  /** `GET /1.0/operations?recursion=1`: the trust tokens that nobody has used yet. */
  listTokens(options?: CallOptions): Promise<TrustTokenEntry[]>;
  /** `DELETE /1.0/operations/{id}`: ends a token, by its `operationId`. */
  revokeToken(operationId: string, options?: CallOptions): Promise<void>;
  /**
   * `POST /1.0/certificates` by a caller whom the server does not trust yet: adds the certificate of this connection.
   * `FORBIDDEN` for a token that was used, revoked or never issued; `BAD_REQUEST` for a caller who is trusted already,
   * unless that is accepted.
   *
   * @throws {CertificateError} `BAD_TOKEN`, `TOKEN_EXPIRED`; nothing is sent then.
   */
  addWithToken(token: string, options?: AddWithTokenOptions): Promise<AddWithTokenResult>;
}

/** Makes the calls below `/1.0/certificates`. */
export function certificatesApi(context: ClientContext): CertificatesApi {
  const collection = "GET /1.0/certificates";
  return {
    list: (options = {}) => {
      const input = { ...options, extension: listExtensions(options), recursion: 1 } as const;
      return read(context, collection, input, listOf(certificateSchema));
    },
    listUrls: (options = {}) =>
      read(context, collection, { ...options, extension: listExtensions(options) }, urlsSchema),
    get: (fingerprint, options = {}) => {
      const input = { ...options, path: { fingerprint } };
      return readTagged(context, "GET /1.0/certificates/{fingerprint}", input, certificateSchema);
    },
    create: (body, options = {}) => change(context, "POST /1.0/certificates", { ...options, body }),
    update: (fingerprint, body, options = {}) =>
      change(context, "PUT /1.0/certificates/{fingerprint}", { ...options, path: { fingerprint }, body }),
    patch: (fingerprint, body, options = {}) =>
      change(context, "PATCH /1.0/certificates/{fingerprint}", { ...options, path: { fingerprint }, body }),
    delete: (fingerprint, options = {}) =>
      change(context, "DELETE /1.0/certificates/{fingerprint}", { ...options, path: { fingerprint } }),
    createToken: (input, options = {}) => createToken(context, input, options),
    listTokens: (options = {}) => listTokens(context, options),
    revokeToken: (operationId, options = {}) => context.operations.cancel(operationId, options),
    addWithToken: (token, options = {}) => addWithToken(context, token, options),
  };
}
