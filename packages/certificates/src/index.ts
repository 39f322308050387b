// Certificates
export {
  type Certificate,
  type CertificateInit,
  createCertificate,
  newCertificate,
  type PemWriter,
} from "./certificate.ts";
export type { CertificateValidity, ValidateCertificateOptions } from "./validate-certificate.ts";
export type { CertificateCreateRequest, CreateRequestOptions, TrustProof } from "./create-request.ts";
export type { CertificatePeriod } from "./read-x509.ts";
export { certificateFingerprint } from "./fingerprint.ts";
export { CertificateError } from "./certificate-error.ts";

// Making them
export { generateClientCertificate, type GenerateClientCertificateOptions } from "./client-certificate.ts";
export {
  type CertificatePair,
  type CertificateUsage,
  createSelfSignedCertificate,
  type SelfSignedCertificateOptions,
} from "./self-signed.ts";
export type { KeyType } from "./new-key.ts";

// Private keys
export { type AskPassphrase, decryptPrivateKey, encryptPrivateKey, isEncryptedKey } from "./private-key.ts";

// Tokens
export { formatTrustToken, parseTrustToken, type TrustToken } from "./trust-token.ts";
export { formatJoinToken, type JoinToken, parseJoinToken } from "./join-token.ts";
export type { ParseTokenOptions, TokenContent } from "./token-text.ts";

// Where lxc and incus keep them
export { findConfigFolder, type FindConfigFolderOptions } from "./config-folder.ts";
export { type CertificateFolder, createCertificateFolder, type ReadFileOptions } from "./certificate-folder.ts";
export type { EnsureKeyPairOptions, EnsureKeyPairResult, ReadKeyPairOptions } from "./key-pair-files.ts";
export { checkRemoteName, isRemoteName } from "./remote-name.ts";
