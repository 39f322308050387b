import { InvalidArgumentError } from "@commander-js/extra-typings";
import { isInstanceName } from "@lxdkit/protocol";

/** A path in an instance. */
export interface InstancePath {
  readonly instance: string;
  /** From the root on. */
  readonly path: string;
  /** It ends with a slash: a directory is meant. */
  readonly isFolder: boolean;
}

/** Reads `NAME/PATH`; undefined when it is none. */
function parseInstancePath(text: string): InstancePath | undefined {
  const at = text.indexOf("/");
  const instance = at === -1 ? "" : text.slice(0, at);
  if (!isInstanceName(instance, "incus") || text.includes("\0")) return undefined;
  return { instance, path: text.slice(at), isFolder: text.endsWith("/") };
}

/** Reads `NAME/PATH` as an argument. */
export function instancePath(text: string): InstancePath {
  const parsed = parseInstancePath(text);
  if (parsed !== undefined) return parsed;
  throw new InvalidArgumentError(`${JSON.stringify(text)} is no NAME/PATH: the name of an instance and a path in it.`);
}
