import {
  badToken,
  decodeToken,
  encodeToken,
  type ParseTokenOptions,
  readContent,
  readText,
  type TokenContent,
} from "./token-text.ts";

const kind = "join token";

/** A token with which a server joins a cluster, once. */
export interface JoinToken extends TokenContent {
  /** The name that the new member will have. */
  readonly serverName: string;
}

/**
 * Reads the text that `lxc cluster add` and `incus cluster add` print.
 *
 * @throws {CertificateError} `BAD_TOKEN` when the text is no such token, `TOKEN_EXPIRED` when its time is over. Neither
 * shows any part of the token.
 */
export function parseJoinToken(text: string, options: ParseTokenOptions = {}): JoinToken {
  const fields = decodeToken(text, kind);
  if ("client_name" in fields && !("server_name" in fields)) {
    throw badToken(kind, "it is a trust token", "Trust tokens are for clients.");
  }
  return { serverName: readText(fields, "server_name", kind), ...readContent(fields, kind, options) };
}

/** Writes a join token as the server wrote it: what {@link parseJoinToken} reads. The text is secret. */
export function formatJoinToken(token: JoinToken): string {
  return encodeToken({ server_name: token.serverName }, token);
}
