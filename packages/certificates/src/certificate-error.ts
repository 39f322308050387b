import { LxdkitError } from "@lxdkit/protocol";

/** What this package throws; the README lists its codes. It never carries keys, pass phrases or tokens. */
export class CertificateError extends LxdkitError {
  override readonly name: string = "CertificateError";
}
