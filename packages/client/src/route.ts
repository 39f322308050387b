import { pathSegment } from "@lxdkit/protocol";
import type { RequestOptions } from "@lxdkit/transport";

/** An endpoint of the API as its documentation writes it, for example `GET /1.0/instances/{name}/state`. */
export type Route = `${RequestOptions["method"]} /${string}`;

type ParameterNames<R extends string> = R extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterNames<Rest>
  : never;

/** The values for the parts of a route that are in braces. */
export type PathParameters<R extends Route> = { readonly [Name in ParameterNames<R>]: string };

/**
 * Method and path of a request to a route. Each value becomes exactly one segment of the path, whatever is in it.
 *
 * @throws {LxdkitError} `BAD_PATH_SEGMENT` for a value that cannot be a segment.
 */
export function requestLine(
  route: Route,
  parameters: Readonly<Record<string, string>>,
): Pick<RequestOptions, "method" | "path"> {
  const space = route.indexOf(" ");
  const path = route.slice(space + 1).replaceAll(/\{(\w+)\}/g, (_braces, name: string) => {
    return pathSegment(parameters[name] ?? "");
  });
  return { method: route.slice(0, space) as RequestOptions["method"], path };
}
