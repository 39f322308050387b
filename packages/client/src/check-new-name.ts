import { pathSegment } from "@lxdkit/protocol";

/**
 * Passes a name for a new object if it can be asked for under it afterwards; an empty one, where the server finds a
 * name, passes too.
 *
 * @throws {LxdkitError} `BAD_PATH_SEGMENT`.
 */
export function checkNewName(name: string): void {
  if (name !== "") pathSegment(name);
}
