import type { X509Certificate } from "node:crypto";
import { CertificateError } from "./certificate-error.ts";
import { certificateFingerprint } from "./fingerprint.ts";
import { readPrivateKey } from "./private-key.ts";
import { type CertificatePeriod, certificatePeriod, readX509 } from "./read-x509.ts";

/** Options of {@link Certificate.validate}. */
export interface ValidateCertificateOptions {
  /** The pass phrase, when the key is encrypted. */
  readonly passphrase?: string;
  /** Milliseconds since 1970; the system clock by default. */
  readonly now?: () => number;
}

/** What {@link Certificate.validate} found out about a certificate that is valid. */
export interface CertificateValidity extends CertificatePeriod {
  /** Lower-case hexadecimal SHA-256 of the certificate. */
  readonly fingerprint: string;
  /** How long it will be valid from now, in milliseconds. */
  readonly remainingMs: number;
}

/** A certificate and its key as they may come from anywhere. */
interface Material {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** Checks in the order: both are there, both can be read, they belong together, the time is right. */
export function validateCertificate(
  { certificatePem, keyPem }: Material,
  options: ValidateCertificateOptions = {},
): CertificateValidity {
  if (certificatePem === "") throw new CertificateError("missing cert PEM", { code: "CERTIFICATE_MISSING" });
  if (keyPem === "") throw new CertificateError("missing key PEM", { code: "KEY_MISSING" });
  const x509 = readX509(certificatePem);
  checkKeyMatches(x509, keyPem, options.passphrase);
  const now = (options.now ?? Date.now)();
  const { validFrom, validTo } = certificatePeriod(x509);
  if (now < validFrom.getTime()) {
    throw new CertificateError(`the certificate is not valid before ${validFrom.toISOString()}`, {
      code: "CERTIFICATE_NOT_YET_VALID",
      hint: "Check the clock of this machine.",
    });
  }
  if (now > validTo.getTime()) {
    throw new CertificateError(`the certificate expired at ${validTo.toISOString()}`, {
      code: "CERTIFICATE_EXPIRED",
      hint: "Make a new one and have the server trust it.",
    });
  }
  return {
    fingerprint: certificateFingerprint(certificatePem),
    validFrom,
    validTo,
    remainingMs: validTo.getTime() - now,
  };
}

/** Throws unless key and certificate can be read and belong together. */
export function checkKeyMatches(x509: X509Certificate, keyPem: string, passphrase?: string): void {
  if (x509.checkPrivateKey(readPrivateKey(keyPem, passphrase))) return;
  throw new CertificateError("the private key does not belong to the certificate", { code: "KEY_MISMATCH" });
}
