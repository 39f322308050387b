import { isIP } from "node:net";
import { CertificateError } from "./certificate-error.ts";

/** Real tokens have a few hundred characters; a server with many addresses a few thousand. */
const longestToken = 65_536;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
/** Go's zero time: what servers write for a token that never expires. */
const never = "0001-01-01T00:00:00Z";

/** What both kinds of tokens carry. */
export interface TokenContent {
  /** SHA-256 of the certificate of the server that made the token, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** Where that server listens, as `host:port`. May be empty, and useless behind address translation. */
  readonly addresses: readonly string[];
  /** What proves that the bearer was given the token. Secret. */
  readonly secret: string;
  /** When the token ends; undefined when it does not. */
  readonly expiresAt?: Date;
}

/** Options of {@link parseTrustToken} and {@link parseJoinToken}. */
export interface ParseTokenOptions {
  /** Read a token that has expired, too: for showing it. False by default. */
  readonly acceptExpired?: boolean;
  /** Milliseconds since 1970; the system clock by default. */
  readonly now?: () => number;
}

/** The fields of a token with the names they have on the wire. */
type Fields = Readonly<Record<string, unknown>>;

/** Decodes the armour; `kind` is for messages. No message shows a part of the text. */
export function decodeToken(text: string, kind: string): Fields {
  if (text.length > longestToken) throw badToken(kind, `it is longer than ${longestToken} characters`);
  const joined = unwrapToken(text);
  if (joined === "") throw badToken(kind, "it is empty");
  if (!base64.test(joined)) throw badToken(kind, "it is not base64");
  let fields: unknown;
  try {
    fields = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(joined, "base64")));
  } catch {
    // The error of the JSON reader quotes the text, and with it the secret.
    throw badToken(kind, "it does not contain JSON");
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    throw badToken(kind, "it does not contain an object");
  }
  return fields as Fields;
}

/** Removes what terminals and mail programs add by wrapping a long line. */
export function unwrapToken(text: string): string {
  return text.trim().replaceAll(/[\r\n]/g, "");
}

/** Reads what both kinds carry. */
export function readContent(fields: Fields, kind: string, options: ParseTokenOptions): TokenContent {
  const fingerprint = readText(fields, "fingerprint", kind);
  if (!/^[0-9a-f]{64}$/.test(fingerprint)) throw badToken(kind, "fingerprint is not 64 hexadecimal digits");
  const addresses = readAddresses(fields["addresses"], kind);
  const secret = readText(fields, "secret", kind);
  const expiresAt = readExpiry(fields["expires_at"], kind);
  if (expiresAt !== undefined && !options.acceptExpired && expiresAt.getTime() <= (options.now ?? Date.now)()) {
    throw new CertificateError(`the ${kind} expired at ${expiresAt.toISOString()}`, {
      code: "TOKEN_EXPIRED",
      hint: "Ask for a new one, and check the clock of this machine.",
    });
  }
  return { fingerprint, addresses, secret, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

/** Reads one field that must be a text with something in it. */
export function readText(fields: Fields, field: string, kind: string): string {
  const value = fields[field];
  if (typeof value !== "string" || value === "") throw badToken(kind, `${field} is not a text or is empty`);
  return value;
}

/** Encodes a token as servers do; `named` goes in front. */
export function encodeToken(named: Fields, { fingerprint, addresses, secret, expiresAt }: TokenContent): string {
  const expiry = expiresAt === undefined ? never : expiresAt.toISOString();
  const fields = { ...named, fingerprint, addresses, secret, expires_at: expiry };
  return Buffer.from(JSON.stringify(fields)).toString("base64");
}

/** The error for a text that is not a token. */
export function badToken(kind: string, why: string, hint?: string): CertificateError {
  return new CertificateError(`the text is not a ${kind}: ${why}`, { code: "BAD_TOKEN", hint });
}

function readAddresses(value: unknown, kind: string): string[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw badToken(kind, "addresses is not a list");
  return value.map((address: unknown) => {
    if (typeof address !== "string" || !isAddress(address)) throw badToken(kind, "an address is not host:port");
    return address;
  });
}

/** Such as `10.0.0.1:8443`, `[fd42::1]:8443` or `server.example:8443`; nothing that could hide in an URL. */
function isAddress(text: string): boolean {
  const [, bracketed, plain, port] = /^(?:\[([^[\]]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(text) ?? [];
  const portNumber = Number(port);
  if (!(portNumber >= 1 && portNumber <= 65_535)) return false;
  return bracketed === undefined ? plain !== undefined : isIP(bracketed) === 6;
}

function readExpiry(value: unknown, kind: string): Date | undefined {
  if (value === undefined || value === null || value === never) return undefined;
  const expiresAt = new Date(typeof value === "string" && time.test(value) ? value : Number.NaN);
  if (Number.isNaN(expiresAt.getTime())) throw badToken(kind, "expires_at is not a time");
  return expiresAt;
}
