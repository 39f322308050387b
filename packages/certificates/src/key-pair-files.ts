import { join } from "node:path";
import { type Certificate, createCertificate } from "./certificate.ts";
import { CertificateError } from "./certificate-error.ts";
import { newPrivateKey } from "./new-key.ts";
import { type AskPassphrase, decryptPrivateKey, formatPrivateKey, isEncryptedKey } from "./private-key.ts";
import { readX509 } from "./read-x509.ts";
import { type SelfSignedCertificateOptions, signCertificateFor } from "./self-signed.ts";
import { createStored, readStored, writeStored } from "./stored-file.ts";
import { userAtHost } from "./user-at-host.ts";
import { checkKeyMatches } from "./validate-certificate.ts";

/** Options of {@link CertificateFolder.readKeyPair}. */
export interface ReadKeyPairOptions {
  /** Asks for the pass phrase when `client.key` is encrypted; by default such a key is an error. */
  readonly askPassphrase?: AskPassphrase;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
}

/** Options of {@link CertificateFolder.ensureKeyPair}. */
export interface EnsureKeyPairOptions
  extends
    ReadKeyPairOptions,
    Partial<Pick<SelfSignedCertificateOptions, "organization" | "validDays" | "keyType" | "passphrase" | "now">> {
  /** The name of a new certificate; `user@host` by default. */
  readonly name?: string;
}

/** What {@link CertificateFolder.ensureKeyPair} found or made. */
export interface EnsureKeyPairResult {
  /** The key pair; the key is not encrypted here. */
  readonly certificate: Certificate;
  /** Whether a file was written. */
  readonly changed: boolean;
}

const certificateFile = "client.crt";
const keyFile = "client.key";

/** Reads the pair; undefined when neither file is there. */
export async function readKeyPair(folder: string, options: ReadKeyPairOptions = {}): Promise<Certificate | undefined> {
  const { certificatePem, keyPem } = await readPair(folder, options.signal);
  if (certificatePem === undefined && keyPem === undefined) return undefined;
  if (certificatePem === undefined) throw missing("CERTIFICATE_MISSING", keyFile, certificateFile, folder);
  if (keyPem === undefined) throw missing("KEY_MISSING", certificateFile, keyFile, folder);
  return createCertificate({ name: userAtHost(), certificatePem, keyPem: await decrypt(keyPem, folder, options) });
}

/** Writes the pair, key first: a certificate without key is of no use, and a key can get a certificate later. */
export async function writeKeyPair(folder: string, { certificatePem, keyPem }: Certificate): Promise<void> {
  const x509 = readX509(certificatePem);
  if (!isEncryptedKey(keyPem)) checkKeyMatches(x509, keyPem);
  await writeStored(join(folder, keyFile), keyPem, 0o600);
  await writeStored(join(folder, certificateFile), certificatePem, 0o644);
}

/**
 * Reads the pair, or makes what is missing of it.
 *
 * The key decides: whoever writes it first wins, and everybody makes the certificate for the key in the file. So
 * several processes that start together end with one pair that fits.
 */
export async function ensureKeyPair(folder: string, options: EnsureKeyPairOptions = {}): Promise<EnsureKeyPairResult> {
  const { name = userAtHost(), signal, passphrase } = options;
  const found = await readPair(folder, signal);
  if (found.keyPem === undefined && found.certificatePem !== undefined) {
    throw missing("KEY_MISSING", certificateFile, keyFile, folder);
  }
  const isKeyNew =
    found.keyPem === undefined &&
    (await createStored(
      join(folder, keyFile),
      formatPrivateKey(await newPrivateKey(options.keyType ?? "ecdsa"), passphrase),
      0o600,
    ));
  const storedKey = found.keyPem ?? (await stored(folder, keyFile, signal));
  // Nobody is asked for the pass phrase of a key that was made a moment ago, or where there is nobody to ask.
  const isKnown = passphrase !== undefined && (isKeyNew || options.askPassphrase === undefined);
  const keyPem = await decrypt(storedKey, folder, isKnown ? { askPassphrase: () => passphrase } : options);
  signal?.throwIfAborted();
  const isCertificateNew =
    found.certificatePem === undefined &&
    (await createStored(
      join(folder, certificateFile),
      await signCertificateFor(keyPem, { ...options, usage: "client", commonName: name }),
      0o644,
    ));
  const certificatePem = found.certificatePem ?? (await stored(folder, certificateFile, signal));
  return { certificate: createCertificate({ name, certificatePem, keyPem }), changed: isKeyNew || isCertificateNew };
}

async function readPair(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<{ certificatePem: string | undefined; keyPem: string | undefined }> {
  signal?.throwIfAborted();
  // The certificate is written last, so whoever sees it will see its key.
  const certificatePem = await readStored(join(folder, certificateFile), signal);
  return { certificatePem, keyPem: await readStored(join(folder, keyFile), signal) };
}

/** The text of a file that was there or was made a moment ago. */
async function stored(folder: string, file: string, signal: AbortSignal | undefined): Promise<string> {
  const text = await readStored(join(folder, file), signal);
  if (text === undefined) {
    throw new CertificateError(`${file} was removed while it was made`, {
      code: "FILE_NOT_READ",
      address: join(folder, file),
    });
  }
  return text;
}

async function decrypt(keyPem: string, folder: string, { askPassphrase }: ReadKeyPairOptions): Promise<string> {
  const file = join(folder, keyFile);
  const refuse = (): never => {
    throw new CertificateError(`${file} is encrypted and nobody can be asked for its pass phrase`, {
      code: "PASSPHRASE_NEEDED",
      address: file,
    });
  };
  return decryptPrivateKey(keyPem, askPassphrase ?? refuse, file);
}

function missing(
  code: "CERTIFICATE_MISSING" | "KEY_MISSING",
  there: string,
  gone: string,
  folder: string,
): CertificateError {
  return new CertificateError(`there is ${there} but no ${gone} in ${folder}`, {
    code,
    address: join(folder, gone),
    hint: `Put ${gone} back, or move ${there} away so that a new pair can be made.`,
  });
}
