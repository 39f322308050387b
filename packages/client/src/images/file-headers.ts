import type { ResponseHeaders } from "@lxdkit/transport";

/** A header's text; empty when it is not there. */
export function headerOf(headers: ResponseHeaders, name: string): string {
  const header = headers[name];
  return (Array.isArray(header) ? header[0] : header) ?? "";
}

/** Bytes of an answer's body; undefined when the server did not know them beforehand. */
export function lengthOf(headers: ResponseHeaders): number | undefined {
  const length = headerOf(headers, "content-length");
  return /^\d+$/.test(length) ? Number(length) : undefined;
}

/** The file name that an answer suggests; empty when it suggests none. */
export function attachedName(headers: ResponseHeaders): string {
  const [, quoted, bare] = /filename=(?:"([^"]*)"|([^;]*))/.exec(headerOf(headers, "content-disposition")) ?? [];
  return (quoted ?? bare ?? "").trim();
}
