import { createHash, X509Certificate } from "node:crypto";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { LxdkitError } from "@lxdkit/protocol";
import type { Failure } from "./connection-failure.ts";
import { expired, notYetValid, otherCertificate } from "./explain-https.ts";

/** By what a server is recognised. Without any of it, Node's own list of authorities decides. */
export interface ServerTrustOptions {
  /**
   * PEM certificate that the server must show. It then matters neither who signed it nor what name it has; it must not
   * have expired.
   */
  readonly serverCertificate?: string | undefined;
  /** Hexadecimal SHA-256 of the certificate that the server must show, as trust tokens have it; colons may stand in it. */
  readonly serverFingerprint?: string | undefined;
  /**
   * PEM certificates of the authorities to trust, instead of Node's own list: one of them must have signed the server's
   * certificate, which must have the server's name. With a pinned certificate, too, either will do, as with `lxc`.
   */
  readonly ca?: string | undefined;
  /**
   * Accept whatever certificate a server shows: anybody on the way can then read and change everything. False by
   * default; a TypeError together with a pin or `ca`.
   */
  readonly insecure?: boolean | undefined;
}

/** How to tell whether a server is the right one. */
export interface ServerTrust {
  /** For the handshake. */
  readonly tls: Pick<ConnectionOptions, "ca" | "rejectUnauthorized">;
  /** What is wrong with the server at the other end of a socket, on which nothing was sent yet. */
  check(socket: TLSSocket): Failure | undefined;
}

/** Trusts everybody. */
export const anyServer: ServerTrust = { tls: { rejectUnauthorized: false }, check: () => undefined };

/**
 * How to recognise a server.
 *
 * @throws {LxdkitError} `BAD_PEM`, `BAD_FINGERPRINT`.
 * @throws {TypeError} when the options contradict each other.
 */
export function serverTrust(options: ServerTrustOptions): ServerTrust {
  const { ca, insecure = false } = options;
  const pin = pinOf(options);
  if (ca !== undefined) readCertificate(ca, "the certificate of the authority");
  if (insecure) {
    if (pin !== undefined || ca !== undefined) {
      throw new TypeError("insecure accepts every server, so there must be no certificate to recognise one by");
    }
    return anyServer;
  }
  const tls = ca === undefined ? {} : { ca };
  if (pin === undefined) return { tls, check: () => undefined };
  // The handshake accepts any certificate, and the check looks at it before the socket is given to anybody.
  return {
    tls: { ...tls, rejectUnauthorized: false },
    check: (socket) => (ca !== undefined && socket.authorized ? undefined : checkPin(socket, pin)),
  };
}

function checkPin(socket: TLSSocket, pin: string): Failure | undefined {
  const shown = socket.getPeerX509Certificate();
  if (shown === undefined || fingerprintOf(shown) !== pin) return otherCertificate;
  const now = Date.now();
  if (now > Date.parse(shown.validTo)) return expired;
  return now < Date.parse(shown.validFrom) ? notYetValid : undefined;
}

function pinOf({ serverCertificate, serverFingerprint }: ServerTrustOptions): string | undefined {
  const ofCertificate =
    serverCertificate === undefined
      ? undefined
      : fingerprintOf(readCertificate(serverCertificate, "the server's certificate"));
  const given = serverFingerprint?.replaceAll(":", "").toLowerCase();
  if (given !== undefined && !/^[0-9a-f]{64}$/.test(given)) {
    throw new LxdkitError(`${JSON.stringify(serverFingerprint)} is not the fingerprint of a certificate`, {
      code: "BAD_FINGERPRINT",
      hint: "Write all 64 hexadecimal digits of its SHA-256.",
    });
  }
  if (given !== undefined && ofCertificate !== undefined && given !== ofCertificate) {
    throw new TypeError("serverCertificate and serverFingerprint are not of the same certificate");
  }
  return given ?? ofCertificate;
}

/** Lower-case hexadecimal SHA-256, as LXD and Incus write it. */
export function fingerprintOf(certificate: X509Certificate): string {
  return createHash("sha256").update(certificate.raw).digest("hex");
}

/** Reads the first certificate of a PEM text. */
export function readCertificate(pem: string, what: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new LxdkitError(`${what} is not a certificate in PEM form`, { code: "BAD_PEM", cause });
  }
}
