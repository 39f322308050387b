import { createPrivateKey, type KeyObject } from "node:crypto";
import type { Certificate, CertificatePair } from "@lxdkit/certificates";
import { LxdkitError } from "@lxdkit/protocol";
import { showAs } from "./hide-secrets.ts";
import { readCertificate } from "./server-trust.ts";

/** A client's certificate with its private key, both in PEM form; the key is not encrypted. */
export type ClientKeyPair = CertificatePair | Pick<Certificate, "certificatePem" | "keyPem">;

/**
 * Checks that both halves are there, can be read, and belong together; dates are for the server to judge.
 *
 * @throws {LxdkitError} `CERTIFICATE_MISSING`, `KEY_MISSING`, `BAD_PEM`, `BAD_KEY`, `PASSPHRASE_NEEDED`, `KEY_MISMATCH`.
 */
export function checkKeyPair(pair: ClientKeyPair): CertificatePair {
  const { certificate, key } = asPair(pair);
  if (!certificate) {
    throw new LxdkitError("the client's certificate is missing", { code: "CERTIFICATE_MISSING" });
  }
  if (!key) throw new LxdkitError("the key of the client's certificate is missing", { code: "KEY_MISSING" });
  const x509 = readCertificate(certificate, "the client's certificate");
  if (!x509.checkPrivateKey(readKey(key))) {
    throw new LxdkitError("the client's key does not belong to its certificate", { code: "KEY_MISMATCH" });
  }
  return { certificate, key };
}

/** One form of it that shows no key. */
export function asPair(pair: ClientKeyPair): CertificatePair {
  const plain = "keyPem" in pair ? { certificate: pair.certificatePem, key: pair.keyPem } : { ...pair };
  return Object.freeze(showAs(plain, () => ({ certificate: plain.certificate, key: "[secret]" })));
}

function readKey(key: string): KeyObject {
  // What Node says about an encrypted key differs with the key's form.
  if (/^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: *4, *ENCRYPTED/m.test(key)) {
    throw new LxdkitError("the client's key is encrypted", {
      code: "PASSPHRASE_NEEDED",
      hint: "Decrypt it first: decryptPrivateKey of @lxdkit/certificates does.",
    });
  }
  try {
    return createPrivateKey(key);
  } catch (cause) {
    throw new LxdkitError("the client's key is not a private key in PEM form", { code: "BAD_KEY", cause });
  }
}
