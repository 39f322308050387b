export { certificateFingerprint } from "./fingerprint.ts";
export {
  type CertificatePair,
  type CertificateUsage,
  createSelfSignedCertificate,
  type SelfSignedCertificateOptions,
} from "./self-signed.ts";
