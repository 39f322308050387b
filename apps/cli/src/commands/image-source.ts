import { machine } from "node:os";
import type { Flavour } from "@lxdkit/protocol";
import { readStream, type Stream } from "@lxdkit/simplestreams";
import { streamOptions } from "../stream-options.ts";

/** Which images of a simplestreams server are meant. */
export interface SourceOptions {
  readonly source?: string | undefined;
  readonly for: Flavour;
}

/** What `lxc` and `incus` take for this machine's own architectures, the native one first. */
export function nativeArchitectures(name: string = machine()): [string, ...string[]] {
  if (name === "x86_64") return ["x86_64", "i686"];
  if (name === "aarch64" || name === "arm64") return ["aarch64", "armv7l", "armv6l"];
  return [name];
}

/** Reads a simplestreams server. */
export function readSource(url: string, flavour: Flavour, signal: AbortSignal): Promise<Stream> {
  return readStream(url, { flavour, signal, ...streamOptions(process.env) });
}
