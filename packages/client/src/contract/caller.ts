import { type Certificate, generateClientCertificate } from "@lxdkit/certificates";
import { type Connection, connectHttps } from "@lxdkit/transport";
import type { RouteContext } from "./route-cases.ts";

/** Somebody who comes over HTTPS with a certificate of his own. */
export interface Caller {
  readonly certificate: Certificate;
  /** Base64 of the DER form, as `POST /1.0/certificates` takes it. */
  readonly der: string;
  /** The start of a path of the certificate. */
  readonly path: string;
  connect(): Connection;
}

/** Makes a caller whom the server does not know. */
export async function newCaller({ real, name }: Pick<RouteContext, "real" | "name">): Promise<Caller> {
  const certificate = await generateClientCertificate({ name });
  const { certificatePem, keyPem } = certificate;
  return {
    certificate,
    der: certificate.x509().raw.toString("base64"),
    path: `/1.0/certificates/${certificate.fingerprint()}`,
    connect: () =>
      connectHttps({
        address: real.httpsUrl,
        serverCertificate: real.serverCertificate,
        clientCertificate: { certificate: certificatePem, key: keyPem },
      }),
  };
}
