import { X509Certificate } from "node:crypto";
import { CertificateError } from "./certificate-error.ts";
import { firstPemBlock } from "./pem-block.ts";

/**
 * Reads the certificate in the first PEM block of a text, whatever its label. Text before it and further blocks are
 * left out.
 *
 * @throws {CertificateError} `BAD_PEM` when there is no block, or when it is not a certificate.
 */
export function readX509(pem: string): X509Certificate {
  const block = firstPemBlock(pem);
  if (block === undefined) {
    throw new CertificateError(`invalid cert PEM (${Buffer.byteLength(pem)} bytes)`, { code: "BAD_PEM" });
  }
  try {
    return new X509Certificate(block.der);
  } catch (cause) {
    throw new CertificateError("the first PEM block is not an X.509 certificate", { code: "BAD_PEM", cause });
  }
}

/** From when to when a certificate is valid. */
export interface CertificatePeriod {
  /** The first moment at which it is valid. */
  readonly validFrom: Date;
  /** The last moment at which it is valid. */
  readonly validTo: Date;
}

/**
 * When a certificate is valid.
 *
 * @throws {CertificateError} `BAD_PEM` when it carries dates that cannot be read.
 */
export function certificatePeriod(certificate: X509Certificate): CertificatePeriod {
  const [validFrom, validTo] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  if (Number.isNaN(validFrom.getTime()) || Number.isNaN(validTo.getTime())) {
    throw new CertificateError("the certificate carries dates that cannot be read", { code: "BAD_PEM" });
  }
  return { validFrom, validTo };
}
