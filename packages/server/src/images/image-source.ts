import { makeSimpleStreamsServerSpec, type ServerSpec } from "@lxdkit/transport";

/** An image server: the `https://` address of a simplestreams server, or the spec of one that speaks any protocol. */
export type ImageSource = string | ServerSpec;

/** What to call a source in messages. */
export function sourceName(source: ImageSource): string {
  return typeof source === "string" ? source : source.host;
}

/** The spec of a source; undefined for an address that is no https URL, which a spec would hide. */
export function sourceSpec(source: ImageSource): ServerSpec | undefined {
  if (typeof source !== "string") return source;
  return source.startsWith("https://") ? makeSimpleStreamsServerSpec("", source) : undefined;
}

/** Tells sources apart: the same text for the same server, asked in the same way. */
export function sourceKey(source: ImageSource): string {
  const { protocol, host } = typeof source === "string" ? { protocol: "simplestreams", host: source } : source;
  return JSON.stringify([protocol, host]);
}
