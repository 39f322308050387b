import { createPrivateKey, generateKeyPair, randomBytes, sign } from "node:crypto";
import { promisify } from "node:util";
import forge from "node-forge";

const tenYears = 3650;

/** What a certificate is for. */
export type CertificateUsage = "client" | "server";

/** Input of {@link createSelfSignedCertificate}. */
export interface SelfSignedCertificateOptions {
  /** What the certificate is for. */
  readonly usage: CertificateUsage;
  /** Common name of the subject. */
  readonly commonName: string;
  /** Organisation of the subject; `lxdkit` by default. */
  readonly organization?: string;
  /** DNS names that a server certificate is valid for. */
  readonly dnsNames?: readonly string[];
  /** IP addresses that a server certificate is valid for. */
  readonly ipAddresses?: readonly string[];
  /** Days of validity from now; 3650 by default, as LXD and Incus do. */
  readonly validDays?: number;
  /** Milliseconds since 1970; the system clock by default. */
  readonly now?: () => number;
}

/** A certificate and its private key. */
export interface CertificatePair {
  /** The certificate in PEM form. */
  readonly certificate: string;
  /** The private key, SEC 1 in PEM form (`EC PRIVATE KEY`) as `lxc` and `incus` keep it. Secret. */
  readonly key: string;
}

/**
 * Makes a self-signed certificate with a new ECDSA P-384 key, the kind that `lxc` and `incus` make for themselves.
 *
 * node-forge encodes the certificate; Node makes the key and signs, because node-forge knows no elliptic curves.
 */
export async function createSelfSignedCertificate(options: SelfSignedCertificateOptions): Promise<CertificatePair> {
  const keys = await promisify(generateKeyPair)("ec", {
    namedCurve: "secp384r1",
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "sec1", format: "pem" },
  });
  const body = toBeSigned(options, keys.publicKey);
  const signature = sign("sha384", bytes(forge.asn1.toDer(body)), createPrivateKey(keys.privateKey));
  const { Class, Type, create } = forge.asn1;
  const certificate = create(Class.UNIVERSAL, Type.SEQUENCE, true, [
    body,
    ecdsaWithSha384(),
    create(Class.UNIVERSAL, Type.BITSTRING, false, `\0${signature.toString("binary")}`),
  ]);
  const pem = forge.pem.encode({ type: "CERTIFICATE", body: forge.asn1.toDer(certificate).getBytes() });
  return { certificate: pem.replaceAll("\r", ""), key: keys.privateKey };
}

/** The part of the certificate that the signature covers. */
function toBeSigned(options: SelfSignedCertificateOptions, publicKey: Buffer): forge.asn1.Asn1 {
  const now = (options.now ?? Date.now)();
  const draft = forge.pki.createCertificate();
  // 01 in front: neither negative nor with zeros that the encoding does not allow.
  draft.serialNumber = `01${randomBytes(15).toString("hex")}`;
  // An hour back, so that a peer whose clock is a little behind accepts it at once.
  draft.validity.notBefore = new Date(now - 3_600_000);
  draft.validity.notAfter = new Date(now + (options.validDays ?? tenYears) * 86_400_000);
  const subject = [
    { name: "organizationName", value: options.organization ?? "lxdkit" },
    { name: "commonName", value: options.commonName },
  ];
  draft.setSubject(subject);
  draft.setIssuer(subject);
  draft.setExtensions(extensions(options));
  // A throw-away key fills the places that are replaced below: node-forge accepts RSA keys only.
  draft.publicKey = forge.pki.setRsaPublicKey(new forge.jsbn.BigInteger("3"), new forge.jsbn.BigInteger("3"));
  draft.siginfo.algorithmOid = "1.2.840.10045.4.3.3";
  (draft as { signatureOid?: string }).signatureOid = "1.2.840.10045.4.3.3";
  const body = getTbsCertificate(draft);
  const fields = body.value as forge.asn1.Asn1[];
  const algorithmAt = 2;
  const publicKeyAt = 6;
  fields[algorithmAt] = ecdsaWithSha384();
  fields[publicKeyAt] = forge.asn1.fromDer(publicKey.toString("binary"));
  return body;
}

/** Exported by node-forge, missing from its type declarations. */
const { getTBSCertificate: getTbsCertificate } = forge.pki as unknown as {
  getTBSCertificate(certificate: forge.pki.Certificate): forge.asn1.Asn1;
};

function extensions(options: SelfSignedCertificateOptions): object[] {
  const isServer = options.usage === "server";
  const dns = (options.dnsNames ?? []).map((value) => ({ type: 2, value }));
  const ips = (options.ipAddresses ?? []).map((ip) => ({ type: 7, ip }));
  const names = [...dns, ...ips];
  return [
    { name: "keyUsage", critical: true, digitalSignature: true, keyEncipherment: true },
    { name: "extKeyUsage", ...(isServer ? { serverAuth: true } : { clientAuth: true }) },
    { name: "basicConstraints", critical: true, cA: false },
    ...(names.length > 0 ? [{ name: "subjectAltName", altNames: names }] : []),
  ];
}

/** The algorithm identifier of ECDSA with SHA-384; it has no parameters (RFC 5758). */
function ecdsaWithSha384(): forge.asn1.Asn1 {
  const { Class, Type, create, oidToDer } = forge.asn1;
  return create(Class.UNIVERSAL, Type.SEQUENCE, true, [
    create(Class.UNIVERSAL, Type.OID, false, oidToDer("1.2.840.10045.4.3.3").getBytes()),
  ]);
}

function bytes(buffer: forge.util.ByteStringBuffer): Buffer {
  return Buffer.from(buffer.getBytes(), "binary");
}
