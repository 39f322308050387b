import type { Certificate } from "@lxdkit/certificates";
import { LxdkitError } from "@lxdkit/protocol";
import type { ServerHost } from "../server-host.ts";

/** Options of {@link createClientCertificate}. */
export interface CreateClientCertificateOptions {
  /** The projects that the client may use; all by default. */
  readonly projects?: readonly string[] | undefined;
  /** Whether one that is trusted already is fine; otherwise it is the error `CONFLICT`. False by default. */
  readonly acceptsTrusted?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes the server trust a client's certificate: `POST /1.0/certificates`. Gives whether it was new to the server.
 *
 * @throws {CertificateError} `BAD_PEM`; nothing is sent then.
 * @throws {ApiError} `CONFLICT` when it is trusted already, unless that is accepted.
 */
export async function createClientCertificate(
  { client }: Pick<ServerHost, "client">,
  certificate: Pick<Certificate, "asCreateRequest">,
  options: CreateClientCertificateOptions = {},
): Promise<boolean> {
  const { projects, acceptsTrusted = false, signal } = options;
  const body = certificate.asCreateRequest(projects === undefined ? {} : { projects });
  try {
    await client.certificates.create(body, { signal });
    return true;
  } catch (error) {
    if (acceptsTrusted && LxdkitError.is(error) && error.code === "CONFLICT") return false;
    throw error;
  }
}
