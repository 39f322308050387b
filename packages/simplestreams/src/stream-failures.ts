import { SimplestreamsError } from "./simplestreams-error.ts";

/** A host that answered with a status that is none of success: `STREAM_UNAVAILABLE`. */
export function unavailable(url: URL, status: number): SimplestreamsError {
  return new SimplestreamsError(`the image server answered ${String(status)} to ${url.href}`, {
    code: "STREAM_UNAVAILABLE",
    address: url.href,
    status,
    hint: "Check that the address is the root of a simplestreams server: it must have streams/v1/index.json.",
  });
}

/** A host that did not answer as it should: `STREAM_UNREACHABLE`, `STREAM_UNTRUSTED`. */
export function unreachable(url: URL, cause: unknown): SimplestreamsError {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  const isCertificate = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code);
  return new SimplestreamsError(`cannot read ${url.href}: ${message}`, {
    code: isCertificate ? "STREAM_UNTRUSTED" : "STREAM_UNREACHABLE",
    address: url.href,
    cause,
    ...(isCertificate
      ? { hint: "If the image server has a certificate of its own authority, name that file in NODE_EXTRA_CA_CERTS." }
      : { hint: "Check the address, the network and the proxy." }),
  });
}
