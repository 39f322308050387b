import { createCertificateFolder, findConfigFolder, parseTrustToken } from "@lxdkit/certificates";

/** Prepares what a client sends to a server that does not know it yet. */
export async function main(text: string, environment: Readonly<Record<string, string | undefined>>): Promise<object> {
  // #region readme
  // The key pair that `incus` uses, too; made when there is none.
  const folder = createCertificateFolder(findConfigFolder({ flavour: "incus", environment }));
  const { certificate } = await folder.ensureKeyPair();
  certificate.validate(); // throws KEY_MISMATCH, CERTIFICATE_EXPIRED and others

  // What `incus config trust add` printed: where to go, whom to expect there, what to send.
  const { addresses, fingerprint } = parseTrustToken(text);
  const body = certificate.asCreateRequest({ trust: { token: text, flavour: "incus" } });
  return { addresses, fingerprint, body };
  // #endregion
}
