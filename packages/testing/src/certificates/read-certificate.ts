import { createHash, X509Certificate } from "node:crypto";
import { Refusal } from "../core/refusal.ts";

/** What the trust store keeps of a certificate. */
export interface ReadCertificate {
  /** In PEM. */
  readonly certificate: string;
  readonly fingerprint: string;
  /** The common name of its subject; empty when it has none. */
  readonly commonName: string;
}

/** Reads a certificate from PEM, or from base64 of DER as clients send it; 400 when it is none. */
export function readCertificate(text = ""): ReadCertificate {
  const isPem = text.startsWith("-----");
  // Line ends are nothing to Go's decoder; pylxd sends them.
  const bad = isPem ? -1 : text.replace(/=*\s*$/, "").search(/[^A-Za-z0-9+/\r\n]/);
  if (bad !== -1) throw new Refusal(400, `illegal base64 data at input byte ${String(bad)}`);
  try {
    const certificate = new X509Certificate(isPem ? text : Buffer.from(text, "base64"));
    return {
      certificate: certificate.toString(),
      fingerprint: createHash("sha256").update(certificate.raw).digest("hex"),
      commonName: /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? "",
    };
  } catch {
    throw new Refusal(400, "Invalid certificate material: x509: malformed certificate");
  }
}
