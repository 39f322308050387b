import { type KeyObject, sign } from "node:crypto";
import { hostname } from "node:os";
import { alternativeNames } from "./alternative-names.ts";
import type { Signing } from "./certificate-body.ts";
import { CertificateError } from "./certificate-error.ts";
import { type KeyType, newPrivateKey } from "./new-key.ts";
import { formatPrivateKey, readPrivateKey } from "./private-key.ts";

const tenYears = 3650;
const msInDay = 86_400_000;
/** The last moment that a certificate can name. */
const endOfTime = Date.UTC(9999, 11, 31, 23, 59, 59);

/** What a certificate is for. */
export type CertificateUsage = "client" | "server";

/** Input of {@link createSelfSignedCertificate}. */
export interface SelfSignedCertificateOptions {
  /** What the certificate is for. */
  readonly usage: CertificateUsage;
  /** Common name of the subject. */
  readonly commonName: string;
  /** Organisation of the subject; `linuxcontainers.org` by default. */
  readonly organization?: string;
  /** DNS names that the certificate is valid for. A server certificate without any names is for `unspecified`. */
  readonly dnsNames?: readonly string[];
  /** IP addresses that the certificate is valid for; link-local ones are left out. */
  readonly ipAddresses?: readonly string[];
  /** Add the host name of this machine, 127.0.0.1 and ::1; false by default. */
  readonly isForThisHost?: boolean;
  /** Days of validity from now; 3650 (87,600 hours) by default, as LXD and Incus do. */
  readonly validDays?: number;
  /** The kind of key to make; `ecdsa` by default. */
  readonly keyType?: KeyType;
  /** Encrypts the key with AES-256 in the form that `lxc` and `incus` read; not encrypted by default. */
  readonly passphrase?: string;
  /** Milliseconds since 1970; the system clock by default. */
  readonly now?: () => number;
}

/** A certificate and its private key. */
export interface CertificatePair {
  /** The certificate in PEM form. */
  readonly certificate: string;
  /** The private key in PEM form as `lxc` and `incus` keep it: SEC 1 (`EC PRIVATE KEY`) or PKCS#1. Secret. */
  readonly key: string;
}

/**
 * Makes a self-signed certificate with a new key, by default ECDSA P-384: the kind that `lxc` and `incus` make for
 * themselves.
 *
 * node-forge encodes the certificate; Node makes the key and signs, because node-forge knows no elliptic curves.
 *
 * @throws {TypeError} for DNS names and IP addresses that are none, and an empty pass phrase.
 * @throws {RangeError} when `validDays` is not positive or leads beyond the year 9999, or for a pass phrase of more than
 * 1024 bytes.
 */
export async function createSelfSignedCertificate(options: SelfSignedCertificateOptions): Promise<CertificatePair> {
  const privateKey = await newPrivateKey(options.keyType ?? "ecdsa");
  const certificate = await signCertificate(options, privateKey);
  return { certificate, key: formatPrivateKey(privateKey, options.passphrase) };
}

/** As {@link createSelfSignedCertificate}, for a key that is there already. */
export async function signCertificateFor(keyPem: string, options: SelfSignedCertificateOptions): Promise<string> {
  return await signCertificate(options, readPrivateKey(keyPem));
}

async function signCertificate(options: SelfSignedCertificateOptions, privateKey: KeyObject): Promise<string> {
  const { usage, commonName, organization = "linuxcontainers.org", validDays = tenYears } = options;
  const { dnsNames = [], ipAddresses = [], isForThisHost = false } = options;
  const now = (options.now ?? Date.now)();
  const end = now + validDays * msInDay;
  if (!(validDays > 0 && end <= endOfTime)) throw new RangeError(`${validDays} is no number of days to be valid for`);
  const names = alternativeNames({
    usage,
    dnsNames: isForThisHost ? [hostname(), ...dnsNames] : dnsNames,
    ipAddresses: isForThisHost ? ["127.0.0.1", "::1", ...ipAddresses] : ipAddresses,
  });
  const content = { usage, commonName, organization, names, notBefore: new Date(now), notAfter: new Date(end) };
  const signing = signingOf(privateKey);
  // Read when it is needed: node-forge takes long to load, and most programs make no certificates.
  const { certificateBody, sealCertificate } = await import("./certificate-body.ts");
  const body = certificateBody(content, privateKey, signing);
  return sealCertificate(body, sign(signing.hash, body, privateKey), signing);
}

const signings: Readonly<Record<string, Signing>> = {
  rsa: { hash: "sha256", oid: "1.2.840.113549.1.1.11", hasNull: true },
  prime256v1: { hash: "sha256", oid: "1.2.840.10045.4.3.2", hasNull: false },
  secp384r1: { hash: "sha384", oid: "1.2.840.10045.4.3.3", hasNull: false },
  secp521r1: { hash: "sha512", oid: "1.2.840.10045.4.3.4", hasNull: false },
};

/** The hash follows the size of the curve. */
function signingOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): Signing {
  const signing = signings[(asymmetricKeyType === "ec" ? asymmetricKeyDetails?.namedCurve : asymmetricKeyType) ?? ""];
  if (signing === undefined) {
    throw new CertificateError("only RSA keys and EC keys on P-256, P-384 and P-521 can sign a certificate", {
      code: "UNSUPPORTED_KEY",
    });
  }
  return signing;
}
