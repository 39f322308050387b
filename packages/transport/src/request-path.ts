import type { Query } from "./connection.ts";
import { withQuery } from "./query-string.ts";
import { TransportError } from "./transport-error.ts";

/**
 * What a request asks for, with its query. No client may see a path that it would read in its own way: one with line
 * breaks is two requests, and one that is an URL names another server.
 *
 * @throws {TransportError} `INVALID_REQUEST`.
 */
export function requestPath(
  path: string,
  query: Query | undefined,
  { address, request }: { readonly address: string; readonly request: string },
): string {
  if (/^\/[!"$-~]*$/.test(path)) return withQuery(path, query);
  throw new TransportError(`${JSON.stringify(path)} is not the path of a request`, {
    code: "INVALID_REQUEST",
    hint: "It begins with a slash, and pathSegment escapes the names in it.",
    address,
    request,
  });
}
