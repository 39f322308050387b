import { createHash } from "node:crypto";
import { readX509 } from "./read-x509.ts";

/**
 * The fingerprint by which LXD and Incus know a certificate: lower-case hexadecimal SHA-256 of its DER form.
 *
 * @param pem - The certificate in PEM form; the first block counts, whatever its label.
 * @throws {CertificateError} `BAD_PEM` when `pem` is not a certificate.
 */
export function certificateFingerprint(pem: string): string {
  return createHash("sha256").update(readX509(pem).raw).digest("hex");
}
