import { request } from "node:https";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { type CertificatePair, createSelfSignedCertificate } from "@lxdkit/certificates";
import type { ContractTarget } from "./contract-case.ts";
import { type Answer, type SendOptions, toAnswer } from "./raw-http.ts";

/** Who sends a request over TLS. */
export interface TlsOptions extends SendOptions {
  /** The client certificate to show; none by default. */
  readonly pair?: CertificatePair;
  /** The newest version of TLS to offer; the newest of all by default. */
  readonly maxVersion?: "TLSv1.2";
}

/** Sends one request over TLS, on a connection of its own, without a check of the server's certificate. */
export async function sendTls(
  target: ContractTarget,
  method: string,
  path: string,
  options: TlsOptions = {},
): Promise<Answer> {
  const { body, pair, maxVersion } = options;
  const payload = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(`${target.httpsUrl ?? ""}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...options.headers },
      agent: false,
      rejectUnauthorized: false,
      ...(pair === undefined ? {} : { cert: pair.certificate, key: pair.key }),
      ...(maxVersion === undefined ? {} : { maxVersion }),
    });
    outgoing.on("response", resolve);
    outgoing.on("error", reject);
    outgoing.end(payload);
  });
  return toAnswer(message, await text(message));
}

/** A key pair that no server knows. */
export function newPair(): Promise<CertificatePair> {
  return createSelfSignedCertificate({ usage: "client", commonName: "contract@test" });
}

/** A certificate as clients send it: base64 without the lines around it. */
export function bareCertificate({ certificate }: CertificatePair): string {
  return certificate.replace(/-----[A-Z ]+-----|\s/g, "");
}
