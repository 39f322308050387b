import { LxdkitError } from "./lxdkit-error.ts";

/**
 * Writes a name as one segment of a request's path, so that no name can reach another object: `/`, `?`, `#`, `%`,
 * blanks, control characters and everything outside ASCII are percent-encoded (`foo/bar` is `foo%2Fbar`).
 *
 * Four kinds of names are refused. Clients and servers resolve `.` and `..` also when they are encoded, an empty segment
 * would name the collection instead of one of its objects, and LXD and Incus look up a name only as far as its first
 * NUL: `c1` for `c1\0x`.
 *
 * @throws {LxdkitError} `BAD_PATH_SEGMENT` for `""`, `"."`, `".."`, and text with a NUL or half a surrogate pair.
 */
export function pathSegment(name: string): string {
  if (name !== "" && name !== "." && name !== ".." && !name.includes("\0")) {
    try {
      return encodeURIComponent(name);
    } catch {
      // Half a surrogate pair has no encoding: refused below.
    }
  }
  throw new LxdkitError(`${JSON.stringify(name)} cannot be part of a request's path`, {
    code: "BAD_PATH_SEGMENT",
    hint: 'No object of a server is named "", "." or "..", or has NUL or broken Unicode in its name.',
  });
}
