import { X509Certificate } from "node:crypto";
import { LxdkitError } from "@lxdkit/protocol";

/**
 * The fingerprint by which LXD and Incus know a certificate: lower-case hexadecimal SHA-256 of its DER form.
 *
 * @param pem - The certificate in PEM form.
 * @throws {LxdkitError} `BAD_PEM` when `pem` is not a certificate.
 */
export function certificateFingerprint(pem: string): string {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch (cause) {
    throw new LxdkitError("the text is not a PEM certificate", { code: "BAD_PEM", cause });
  }
  return certificate.fingerprint256.replaceAll(":", "").toLowerCase();
}
