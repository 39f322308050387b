import { createPrivateKey, type KeyObject } from "node:crypto";
import { CertificateError } from "./certificate-error.ts";
import { type PemBlock, pemBlocks } from "./pem-block.ts";

/** Node's reader takes no longer ones, so a key that had one could not be read again. */
const longestPassphrase = 1024;

/** Asks for the pass phrase of a key; `file` is the key's file, or `key` when it comes from no file. */
export type AskPassphrase = (file: string) => string | Promise<string>;

/** Says whether the first private key of a PEM text is encrypted. */
export function isEncryptedKey(keyPem: string): boolean {
  return isEncrypted(keyBlock(keyPem));
}

/**
 * Reads the first private key of a PEM text: SEC 1, PKCS#1 or PKCS#8.
 *
 * @param passphrase - What an encrypted key needs.
 * @throws {CertificateError} `BAD_KEY` when there is no key, `UNSUPPORTED_KEY` for OpenSSH's own form and keys encrypted
 * with DES, `PASSPHRASE_NEEDED`, `WRONG_PASSPHRASE`.
 */
export function readPrivateKey(keyPem: string, passphrase?: string): KeyObject {
  const block = keyBlock(keyPem);
  const isSecret = isEncrypted(block);
  if (isSecret && passphrase === undefined) {
    throw new CertificateError("the private key is encrypted and no pass phrase was given", {
      code: "PASSPHRASE_NEEDED",
    });
  }
  try {
    return createPrivateKey(isSecret ? { key: block.text, passphrase } : { key: block.text });
  } catch (cause) {
    if (!isSecret) throw new CertificateError("the private key cannot be read", { code: "BAD_KEY", cause });
    throw new CertificateError("the private key cannot be decrypted: the pass phrase is wrong, or the key is damaged", {
      code: "WRONG_PASSPHRASE",
      cause,
    });
  }
}

/**
 * Gives the first private key of a PEM text without encryption. A key that is not encrypted comes back unchanged, and
 * nobody is asked.
 *
 * @throws {CertificateError} as {@link readPrivateKey} does. What `ask` throws is passed on.
 */
export async function decryptPrivateKey(keyPem: string, ask: AskPassphrase, file = "key"): Promise<string> {
  if (!isEncryptedKey(keyPem)) return keyPem;
  return formatPrivateKey(readPrivateKey(keyPem, await ask(file)));
}

/**
 * Encrypts a private key with AES-256 in the form that `lxc` and `incus` read (`Proc-Type: 4,ENCRYPTED`). They ask for
 * the pass phrase each time they use the key. The form is old and slows guessing down very little: choose a long one.
 *
 * @throws {TypeError} when the pass phrase is empty.
 * @throws {RangeError} when it is longer than 1024 bytes.
 * @throws {CertificateError} as {@link readPrivateKey} does; `UNSUPPORTED_KEY` for keys that are neither EC nor RSA.
 */
export function encryptPrivateKey(keyPem: string, passphrase: string): string {
  return formatPrivateKey(readPrivateKey(keyPem), passphrase);
}

/** Writes a key as `lxc` and `incus` keep theirs: EC as SEC 1, RSA as PKCS#1, anything else as PKCS#8. */
export function formatPrivateKey(key: KeyObject, passphrase?: string): string {
  const types = { ec: "sec1", rsa: "pkcs1" } as const;
  const type =
    key.asymmetricKeyType === "ec" || key.asymmetricKeyType === "rsa" ? types[key.asymmetricKeyType] : "pkcs8";
  if (passphrase === undefined) return key.export({ type, format: "pem" }) as string;
  if (passphrase === "") throw new TypeError("the pass phrase is empty");
  if (Buffer.byteLength(passphrase) > longestPassphrase) {
    throw new RangeError(`the pass phrase is longer than ${longestPassphrase} bytes`);
  }
  if (type === "pkcs8") {
    throw new CertificateError("only EC and RSA keys can be encrypted", { code: "UNSUPPORTED_KEY" });
  }
  return key.export({ type, format: "pem", cipher: "aes-256-cbc", passphrase }) as string;
}

/** Tools such as `openssl ecparam` write a block with the curve's parameters before the key. */
function keyBlock(keyPem: string): PemBlock {
  for (const block of pemBlocks(keyPem)) {
    if (!block.label.endsWith("PRIVATE KEY")) continue;
    if (block.label === "OPENSSH PRIVATE KEY") {
      throw new CertificateError("the private key is in OpenSSH's own form", {
        code: "UNSUPPORTED_KEY",
        hint: "Convert it: ssh-keygen -p -m PEM -f FILE",
      });
    }
    if (block.headers.get("DEK-Info")?.startsWith("DES-CBC,")) {
      throw new CertificateError("the private key is encrypted with DES, which is no longer supported", {
        code: "UNSUPPORTED_KEY",
        hint: "Encrypt it anew with AES: openssl ec -provider legacy -provider default -in FILE -aes256 -out FILE",
      });
    }
    return block;
  }
  throw new CertificateError(`invalid key PEM (${Buffer.byteLength(keyPem)} bytes)`, { code: "BAD_KEY" });
}

function isEncrypted(block: PemBlock): boolean {
  return block.headers.has("DEK-Info") || block.label === "ENCRYPTED PRIVATE KEY";
}
