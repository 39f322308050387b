import { join } from "node:path";
import type { Certificate } from "./certificate.ts";
import {
  ensureKeyPair,
  type EnsureKeyPairOptions,
  type EnsureKeyPairResult,
  readKeyPair,
  type ReadKeyPairOptions,
  writeKeyPair,
} from "./key-pair-files.ts";
import { formatPem } from "./pem-block.ts";
import { readX509 } from "./read-x509.ts";
import { checkRemoteName } from "./remote-name.ts";
import { readStored, removeStored, writeStored } from "./stored-file.ts";

/** Options of the calls that read one file. */
export interface ReadFileOptions {
  /** Ends the reading. */
  readonly signal?: AbortSignal;
}

/**
 * The certificates in a configuration folder of `lxc` or `incus`: `client.crt`, `client.key`, `client.ca` and
 * `servercerts/NAME.crt`.
 *
 * Files are replaced in one step; keys can be read by their owner only. Every call may fail with `FILE_NOT_READ` or
 * `FILE_NOT_WRITTEN`, which name the file in `address`.
 */
export interface CertificateFolder {
  /** The folder. */
  readonly path: string;
  /**
   * The client's key pair, the key decrypted; undefined when there is none.
   *
   * @throws {CertificateError} `CERTIFICATE_MISSING` or `KEY_MISSING` when half of it is there; `PASSPHRASE_NEEDED`,
   * `WRONG_PASSPHRASE`, `BAD_KEY`, `UNSUPPORTED_KEY`.
   */
  readKeyPair(options?: ReadKeyPairOptions): Promise<Certificate | undefined>;
  /**
   * The client's key pair; made when there is none, as `lxc` does before it adds the first remote. A key without
   * certificate gets one. When several processes do this at the same time, they all get the same pair.
   *
   * @throws {CertificateError} `KEY_MISSING` when there is a certificate but no key: nothing is overwritten. Otherwise as
   * {@link CertificateFolder.readKeyPair}.
   */
  ensureKeyPair(options?: EnsureKeyPairOptions): Promise<EnsureKeyPairResult>;
  /**
   * Replaces the client's key pair, whatever its dates. The key is stored as it is: encrypted when it was.
   *
   * @throws {CertificateError} `BAD_PEM`, `BAD_KEY`, `UNSUPPORTED_KEY`; `KEY_MISMATCH`, which is not checked for an
   * encrypted key.
   */
  writeKeyPair(certificate: Certificate): Promise<void>;
  /** The certificate of the authority that must have signed servers' certificates; undefined when there is none. */
  readAuthority(options?: ReadFileOptions): Promise<string | undefined>;
  /**
   * The pinned certificate of a remote in PEM form; undefined when there is none.
   *
   * @throws {CertificateError} `BAD_REMOTE_NAME`; `BAD_PEM` when the file is no certificate.
   */
  readServerCertificate(remote: string, options?: ReadFileOptions): Promise<string | undefined>;
  /**
   * Pins the certificate of a remote.
   *
   * @throws {CertificateError} `BAD_REMOTE_NAME`; `BAD_PEM` when `pem` is no certificate.
   */
  writeServerCertificate(remote: string, pem: string): Promise<void>;
  /**
   * Removes the pinned certificate of a remote; false when there was none.
   *
   * @throws {CertificateError} `BAD_REMOTE_NAME`.
   */
  removeServerCertificate(remote: string): Promise<boolean>;
}

/** The certificates in the folder `path`; see {@link findConfigFolder}. Nothing is read or made before it is needed. */
export function createCertificateFolder(path: string): CertificateFolder {
  const pinned = (remote: string): string => {
    checkRemoteName(remote);
    return join(path, "servercerts", `${remote}.crt`);
  };
  return {
    path,
    readKeyPair: (options) => readKeyPair(path, options),
    ensureKeyPair: (options) => ensureKeyPair(path, options),
    writeKeyPair: (certificate) => writeKeyPair(path, certificate),
    readAuthority: ({ signal } = {}) => readCertificate(join(path, "client.ca"), signal),
    readServerCertificate: async (remote, { signal } = {}) => readCertificate(pinned(remote), signal),
    writeServerCertificate: async (remote, pem) => {
      await writeStored(pinned(remote), formatPem("CERTIFICATE", readX509(pem).raw), 0o644);
    },
    removeServerCertificate: async (remote) => removeStored(pinned(remote)),
  };
}

async function readCertificate(file: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const pem = await readStored(file, signal);
  if (pem !== undefined) readX509(pem);
  return pem;
}
