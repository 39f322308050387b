import { generateClientCertificate } from "@lxdkit/certificates";

/** Makes a client certificate and gives the fingerprint by which a server will know it. */
export async function main(): Promise<string> {
  const certificate = await generateClientCertificate({ name: "me@laptop", validDays: 30 });
  certificate.keyPem.startsWith("-----BEGIN EC PRIVATE KEY-----");
  return certificate.validate().fingerprint;
}
