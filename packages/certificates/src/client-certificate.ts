import { type Certificate, createCertificate } from "./certificate.ts";
import { createSelfSignedCertificate, type SelfSignedCertificateOptions } from "./self-signed.ts";
import { userAtHost } from "./user-at-host.ts";

/** Options of {@link generateClientCertificate}. */
export interface GenerateClientCertificateOptions extends Partial<
  Pick<SelfSignedCertificateOptions, "organization" | "validDays" | "keyType" | "passphrase" | "isForThisHost" | "now">
> {
  /** The name under which servers list it, and the common name of its subject; `user@host` by default. */
  readonly name?: string;
}

/**
 * Makes a client certificate as `lxc` and `incus` make theirs: ECDSA P-384, valid for 87,600 hours from now, for client
 * authentication only.
 *
 * @throws as {@link createSelfSignedCertificate} does.
 */
export async function generateClientCertificate(options: GenerateClientCertificateOptions = {}): Promise<Certificate> {
  const { name = userAtHost(), ...rest } = options;
  const { certificate, key } = await createSelfSignedCertificate({ ...rest, usage: "client", commonName: name });
  return createCertificate({ name, certificatePem: certificate, keyPem: key });
}
