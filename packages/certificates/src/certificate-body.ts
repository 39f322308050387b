import { createPublicKey, type KeyObject, randomBytes } from "node:crypto";
import forge from "node-forge";
import type { AlternativeName } from "./alternative-names.ts";
import { formatPem } from "./pem-block.ts";

/** How a key signs: the hash, and what the certificate says about it. */
export interface Signing {
  /** The hash by the name that Node knows. */
  readonly hash: "sha256" | "sha384" | "sha512";
  /** The object identifier of the algorithm. */
  readonly oid: string;
  /** RSA's identifier carries an explicit null, ECDSA's carries nothing (RFC 4055, RFC 5758). */
  readonly hasNull: boolean;
}

/** What a certificate says. */
export interface CertificateContent {
  readonly usage: "client" | "server";
  readonly commonName: string;
  readonly organization: string;
  readonly names: readonly AlternativeName[];
  readonly notBefore: Date;
  readonly notAfter: Date;
}

// Places in the body, counted from zero.
const algorithmAt = 2;
const publicKeyAt = 6;
const { Class, Type, create, fromDer, oidToDer, toDer } = forge.asn1;

/** Exported by node-forge, missing from its type declarations. */
const { getTBSCertificate: getTbsCertificate } = forge.pki as unknown as {
  getTBSCertificate(certificate: forge.pki.Certificate): forge.asn1.Asn1;
};

/** The part of a self-signed certificate that the signature covers, in DER. */
export function certificateBody(content: CertificateContent, key: KeyObject, signing: Signing): Buffer {
  const draft = forge.pki.createCertificate();
  draft.serialNumber = serialNumber(randomBytes(16));
  draft.validity.notBefore = content.notBefore;
  draft.validity.notAfter = content.notAfter;
  const subject = [nameField("organizationName", content.organization), nameField("commonName", content.commonName)];
  draft.setSubject(subject);
  draft.setIssuer(subject);
  draft.setExtensions(extensions(content));
  // A throw-away key fills the place that is replaced below: node-forge accepts RSA keys only.
  draft.publicKey = forge.pki.setRsaPublicKey(new forge.jsbn.BigInteger("3"), new forge.jsbn.BigInteger("3"));
  draft.siginfo.algorithmOid = signing.oid;
  const body = getTbsCertificate(draft);
  const fields = body.value as forge.asn1.Asn1[];
  fields[algorithmAt] = algorithm(signing);
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
  fields[publicKeyAt] = fromDer(publicKey.toString("binary"));
  return Buffer.from(toDer(body).getBytes(), "binary");
}

/** Puts body and signature together, in PEM form. */
export function sealCertificate(body: Buffer, signature: Buffer, signing: Signing): string {
  const certificate = create(Class.UNIVERSAL, Type.SEQUENCE, true, [
    fromDer(body.toString("binary")),
    algorithm(signing),
    create(Class.UNIVERSAL, Type.BITSTRING, false, `\0${signature.toString("binary")}`),
  ]);
  return formatPem("CERTIFICATE", Buffer.from(toDer(certificate).getBytes(), "binary"));
}

/** A positive number in the shortest form, as the encoding demands. */
export function serialNumber(random: Buffer): string {
  const hex = (BigInt(`0x${random.toString("hex")}`) || 1n).toString(16);
  const even = hex.padStart(hex.length + (hex.length % 2), "0");
  return /^[89a-f]/.test(even) ? `00${even}` : even;
}

/** As UTF-8: the default of node-forge has no `@`, and programs written in Go refuse such a certificate. */
function nameField(name: string, value: string): forge.pki.CertificateField {
  // Halves of surrogate pairs cannot be encoded; a trip through a buffer replaces them.
  const wellFormed = Buffer.from(value).toString();
  return { name, value: wellFormed, valueTagClass: Type.UTF8 as unknown as forge.asn1.Class };
}

function extensions({ usage, names }: CertificateContent): object[] {
  return [
    { name: "keyUsage", critical: true, digitalSignature: true, keyEncipherment: true },
    { name: "extKeyUsage", ...(usage === "server" ? { serverAuth: true } : { clientAuth: true }) },
    { name: "basicConstraints", critical: true, cA: false },
    ...(names.length > 0 ? [{ name: "subjectAltName", altNames: names }] : []),
  ];
}

function algorithm({ oid, hasNull }: Signing): forge.asn1.Asn1 {
  return create(Class.UNIVERSAL, Type.SEQUENCE, true, [
    create(Class.UNIVERSAL, Type.OID, false, oidToDer(oid).getBytes()),
    ...(hasNull ? [create(Class.UNIVERSAL, Type.NULL, false, "")] : []),
  ]);
}
