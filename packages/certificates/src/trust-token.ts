import {
  badToken,
  decodeToken,
  encodeToken,
  type ParseTokenOptions,
  readContent,
  readText,
  type TokenContent,
} from "./token-text.ts";

const kind = "trust token";

/** A token with which a client makes a server trust its certificate, once. */
export interface TrustToken extends TokenContent {
  /** The name under which the server will list the client. */
  readonly clientName: string;
  /** What LXD 6 and newer say the token is for, for example `client`. */
  readonly type?: string;
}

/**
 * Reads the text that `lxc config trust add` and `incus config trust add` print.
 *
 * Space around the text and line breaks in it are skipped; fields that are not known are left out.
 *
 * @throws {CertificateError} `BAD_TOKEN` when the text is no such token, `TOKEN_EXPIRED` when its time is over. Neither
 * shows any part of the token.
 */
export function parseTrustToken(text: string, options: ParseTokenOptions = {}): TrustToken {
  const fields = decodeToken(text, kind);
  if ("server_name" in fields && !("client_name" in fields)) {
    throw badToken(kind, "it is a join token", "Join tokens are for servers that enter a cluster.");
  }
  const clientName = readText(fields, "client_name", kind);
  const type = fields["type"] === undefined ? {} : { type: readText(fields, "type", kind) };
  return { clientName, ...type, ...readContent(fields, kind, options) };
}

/** Writes a trust token as the server wrote it: what {@link parseTrustToken} reads. The text is secret. */
export function formatTrustToken(token: TrustToken): string {
  const type = token.type === undefined ? {} : { type: token.type };
  return encodeToken({ client_name: token.clientName, ...type }, token);
}
