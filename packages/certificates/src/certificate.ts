import type { X509Certificate } from "node:crypto";
import { inspect } from "node:util";
import { type CertificateCreateRequest, createRequest, type CreateRequestOptions } from "./create-request.ts";
import { certificateFingerprint } from "./fingerprint.ts";
import { readX509 } from "./read-x509.ts";
import {
  type CertificateValidity,
  validateCertificate,
  type ValidateCertificateOptions,
} from "./validate-certificate.ts";

/** Where a PEM text can be written: any stream of Node, or anything with the same `write`. */
export interface PemWriter {
  /** Writes the text and calls back when that is done or has failed. */
  write(text: string, callback: (error?: Error | null) => void): unknown;
}

/** A certificate, its private key, and the name under which servers list it. */
export interface Certificate {
  /** The name under which servers list it; may be empty. */
  readonly name: string;
  /** The certificate in PEM form. */
  readonly certificatePem: string;
  /** The private key in PEM form. Secret: neither `util.inspect` nor `JSON.stringify` shows it. */
  readonly keyPem: string;
  /**
   * Checks that certificate and key are there, can be read, belong together and are valid now; gives the fingerprint
   * and the dates.
   *
   * @throws {CertificateError} the first that holds of `CERTIFICATE_MISSING`, `KEY_MISSING`, `BAD_PEM`, `BAD_KEY` (or
   * `UNSUPPORTED_KEY`, `PASSPHRASE_NEEDED`, `WRONG_PASSPHRASE`), `KEY_MISMATCH`, `CERTIFICATE_NOT_YET_VALID`,
   * `CERTIFICATE_EXPIRED`.
   */
  validate(options?: ValidateCertificateOptions): CertificateValidity;
  /**
   * The certificate in the first PEM block, whatever its label; text before it is skipped.
   *
   * @throws {CertificateError} `BAD_PEM`; without a block, the message names the bytes there were.
   */
  x509(): X509Certificate;
  /**
   * Lower-case hexadecimal SHA-256 of the DER form: how servers know the certificate.
   *
   * @throws {CertificateError} `BAD_PEM`.
   */
  fingerprint(): string;
  /**
   * The body that makes a server trust the certificate.
   *
   * @throws {CertificateError} `BAD_PEM` without a PEM block; `BAD_TOKEN` and `TOKEN_EXPIRED` for `trust.token`.
   * @throws {TypeError} when there are `projects` although `restricted` is false.
   * @see POST /1.0/certificates
   */
  asCreateRequest(options?: CreateRequestOptions): CertificateCreateRequest;
  /** Writes `certificatePem` as it is; rejects with what the writer fails with. */
  writeCertificatePem(out: PemWriter): Promise<void>;
  /** Writes `keyPem` as it is; rejects with what the writer fails with. */
  writeKeyPem(out: PemWriter): Promise<void>;
}

/** Input of {@link createCertificate}. */
export interface CertificateInit {
  /** The name under which servers list it; empty by default. */
  readonly name?: string;
  /** The certificate in PEM form. */
  readonly certificatePem: string;
  /** The private key in PEM form. */
  readonly keyPem: string;
}

/** Puts a certificate and its key together. It checks nothing: {@link Certificate.validate} does. */
export function createCertificate({ name = "", certificatePem, keyPem }: CertificateInit): Certificate {
  const certificate: Certificate = {
    name,
    certificatePem,
    keyPem,
    validate: (options) => validateCertificate(certificate, options),
    x509: () => readX509(certificatePem),
    fingerprint: () => certificateFingerprint(certificatePem),
    asCreateRequest: (options) => createRequest(certificate, options),
    writeCertificatePem: (out) => writeText(out, certificatePem),
    writeKeyPem: (out) => writeText(out, keyPem),
  };
  // A log or a failed assertion that shows the object must not show the key.
  const shown = { value: () => ({ name, certificatePem, keyPem: keyPem === "" ? "" : "[secret]" }) };
  Object.defineProperties(certificate, { [inspect.custom]: shown, toJSON: shown });
  return Object.freeze(certificate);
}

/** As {@link createCertificate} with two arguments and an empty name. */
export function newCertificate(certificatePem: string, keyPem: string): Certificate {
  return createCertificate({ certificatePem, keyPem });
}

function writeText(out: PemWriter, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    out.write(text, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
