import { certificateFingerprint, createSelfSignedCertificate } from "@lxdkit/certificates";

/** Makes a client certificate and gives the fingerprint by which a server will know it. */
export async function main(): Promise<string> {
  // #region readme
  const { certificate, key } = await createSelfSignedCertificate({ usage: "client", commonName: "me@laptop" });
  // Both are PEM texts; keep the key secret (file mode 0600).
  key.startsWith("-----BEGIN EC PRIVATE KEY-----");
  return certificateFingerprint(certificate);
  // #endregion
}
