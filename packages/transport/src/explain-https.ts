import type { Failure } from "./connection-failure.ts";

const unknownHost: ReadonlySet<string> = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_NODATA"]);
const noRoute: ReadonlySet<string> = new Set(["EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "EINVAL"]);
const noAnswer: ReadonlySet<string> = new Set(["UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"]);
const hungUp: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE"]);

/** What it means when a server shows another certificate than the pinned one. */
export const otherCertificate: Failure = [
  "TLS_PIN_MISMATCH",
  "the server shows another certificate than the pinned one",
  "Somebody may be in between, or the server has a new certificate: compare fingerprints before you trust it.",
];

/** What it means when the time of a certificate is over. */
export const expired: Failure = [
  "TLS_UNTRUSTED",
  "the server's certificate has expired",
  "Renew the certificate on the server, and check the clock of this machine.",
];

/** What it means when the time of a certificate is still to come. */
export const notYetValid: Failure = [
  "TLS_UNTRUSTED",
  "the server's certificate is not valid yet",
  "Check the clocks of this machine and of the server.",
];

const untrusted: Failure = [
  "TLS_UNTRUSTED",
  "the server's certificate is not trusted",
  "Pin the certificate or its fingerprint once you have compared it with the server's own, or name the authority that " +
    "signed it.",
];

const otherName: Failure = [
  "TLS_UNTRUSTED",
  "the server's certificate is for another name",
  "Use a name that the certificate has, or pin the certificate: then the name does not matter.",
];

const certificateCodes: Readonly<Record<string, Failure>> = {
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: notYetValid,
  ERR_TLS_CERT_ALTNAME_INVALID: otherName,
  HOSTNAME_MISMATCH: otherName,
};

/** Tells why a server cannot be connected to over TCP and TLS. */
export function explainDial(error: NodeJS.ErrnoException): Failure {
  const { code = "", message } = error;
  if (unknownHost.has(code)) {
    return ["HOST_NOT_FOUND", "there is no host of that name", "Check the name, and the DNS of this machine."];
  }
  if (code === "ECONNREFUSED") {
    const hint = "Is the server running, and does it listen on this address (core.https_address)?";
    return ["CONNECT_FAILED", "nobody answers at the port", hint];
  }
  if (noRoute.has(code)) {
    return ["CONNECT_FAILED", `there is no way to the address (${code})`, "Check the address and the network."];
  }
  if (noAnswer.has(code)) {
    const hint = "Check the address, and that no firewall is in the way; is there a proxy that must be used?";
    return ["CONNECT_FAILED", "nobody answered in time", hint];
  }
  if (hungUp.has(code)) {
    const hint = "Check that this is the HTTPS port of LXD or Incus, and that nothing on the way cuts TLS.";
    return ["CONNECT_FAILED", "the other side hung up during the TLS handshake", hint];
  }
  const known = certificateCodes[code] ?? explainHttps(error);
  if (known !== undefined) return known;
  if (/CERT|SELF_SIGNED|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE/.test(code)) return untrusted;
  return ["CONNECT_FAILED", message || code, "Check the address and the network."];
}

/** Tells what errors of TLS mean, also those that a server sends when the handshake is over for us. */
export function explainHttps({ code = "" }: NodeJS.ErrnoException): Failure | undefined {
  if (!/^ERR_SSL|^EPROTO$/.test(code)) return undefined;
  if (/ALERT_(?:BAD_|UNSUPPORTED_)?CERTIFICATE|ALERT_UNKNOWN_CA|ALERT_ACCESS_DENIED/.test(code)) {
    return [
      "TLS_CLIENT_REFUSED",
      `the server refuses the client certificate (${code})`,
      "Show it a certificate that it accepts: one that has not expired, or one of its authority where it wants that.",
    ];
  }
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code)) {
    return ["TLS_FAILED", "the server does not speak TLS 1.3", "Check that this is the HTTPS port of LXD or Incus."];
  }
  return ["TLS_FAILED", `the TLS handshake failed (${code})`, "Check that this is the HTTPS port of LXD or Incus."];
}
