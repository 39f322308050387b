import { LxdkitError } from "./lxdkit-error.ts";

/**
 * Writes a name as one segment of a request's path, so that no name can reach another object: `/`, `?`, `#`, `%`,
 * blanks, control characters and everything outside ASCII are percent-encoded (`foo/bar` is `foo%2Fbar`).
 *
 * Three names are refused. Clients and servers resolve `.` and `..` also when they are encoded, and an empty segment
 * would name the collection instead of one of its objects.
 *
 * @throws {LxdkitError} `BAD_PATH_SEGMENT` for `""`, `"."`, `".."` and text with half a surrogate pair.
 */
export function pathSegment(name: string): string {
  if (name !== "" && name !== "." && name !== "..") {
    try {
      return encodeURIComponent(name);
    } catch {
      // Half a surrogate pair has no encoding: refused below.
    }
  }
  throw new LxdkitError(`${JSON.stringify(name)} cannot be part of a request's path`, {
    code: "BAD_PATH_SEGMENT",
    hint: 'No object of a server is named "", "." or "..", or has broken Unicode in its name.',
  });
}
