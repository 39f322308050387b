import type { Failure } from "./connection-failure.ts";

/** Code of the error by which the check of a pinned certificate refuses another one. */
export const pinMismatch = "LXDKIT_PIN_MISMATCH";

const unknownHost: ReadonlySet<string> = new Set(["ENOTFOUND", "EAI_AGAIN"]);
const expired = "CERT_HAS_EXPIRED";

const otherCertificate: Failure = [
  "TLS_PIN_MISMATCH",
  "the server shows another certificate than the pinned one",
  "Somebody may be in between, or the server has a new certificate: compare fingerprints before you trust it.",
];

/** Tells why a connection over HTTPS cannot be made. */
export function explainHttps(
  { code = "", syscall }: NodeJS.ErrnoException,
  options: { readonly isPinned: boolean },
): Failure | undefined {
  if (unknownHost.has(code)) {
    return ["HOST_NOT_FOUND", "there is no host of that name", "Check the name, and the DNS of this machine."];
  }
  if (syscall === "connect" && code === "ECONNREFUSED") {
    const hint = "Is the server running, and does it listen on this address (core.https_address)?";
    return ["CONNECT_FAILED", "nobody answers at the port", hint];
  }
  if (code === pinMismatch) return otherCertificate;
  if (code === expired) {
    return ["TLS_UNTRUSTED", "the server's certificate has expired", "Renew the certificate on the server."];
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    // Another certificate is not signed by the pinned one, which shows before the two are compared.
    if (options.isPinned) return otherCertificate;
    return [
      "TLS_UNTRUSTED",
      "the server's certificate is not trusted",
      "Pin the server's certificate, or trust its authority.",
    ];
  }
  if (/^ERR_SSL|^EPROTO$/.test(code)) {
    return ["TLS_FAILED", `the TLS handshake failed (${code})`, "Check that this is the HTTPS port of LXD or Incus."];
  }
  return undefined;
}
