import * as z from "zod";
import { flag, listOf, text } from "./wire.ts";

/** A certificate that the server trusts: `GET /1.0/certificates/{fingerprint}`. */
export interface Certificate {
  /** Lower-case hexadecimal SHA-256. */
  readonly fingerprint: string;
  readonly name: string;
  /** `client`, `metrics` or, between members of a cluster, `server`. */
  readonly type: string;
  /** Only for the projects in `projects`. */
  readonly restricted: boolean;
  readonly projects: readonly string[];
  /** PEM. */
  readonly certificate: string;
  /** Incus only. */
  readonly description?: string | undefined;
}

/** Reads a {@link Certificate}. */
export const certificateSchema: z.ZodType<Certificate> = z.looseObject({
  fingerprint: z.string(),
  name: text,
  type: text,
  restricted: flag,
  projects: listOf(z.string()),
  certificate: text,
  description: z.string().optional(),
});

/** Body of `PUT` and `PATCH /1.0/certificates/{fingerprint}`. */
export interface CertificatePut {
  readonly name?: string;
  readonly type?: string;
  readonly restricted?: boolean;
  readonly projects?: readonly string[];
  /** PEM of a certificate that replaces this one. */
  readonly certificate?: string;
  /** Incus only. */
  readonly description?: string | undefined;
}

/** Body of `POST /1.0/certificates`. */
export interface CertificatesPost {
  readonly name?: string;
  readonly type?: "client" | "metrics";
  readonly restricted?: boolean;
  readonly projects?: readonly string[];
  /** Base64 of the DER form, without PEM lines; missing: the certificate of the connection. */
  readonly certificate?: string;
  /** Incus only. */
  readonly description?: string;
  /** LXD before 6: the trust password or the text of a token. */
  readonly password?: string;
  /** Incus, and LXD with `explicit_trust_token`: the text of a token. */
  readonly trust_token?: string;
  /** True asks for a new token instead: the answer is an operation of class `token`. */
  readonly token?: boolean;
}
