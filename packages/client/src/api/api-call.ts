import type { Readable } from "node:stream";
import { type Envelope, LxdkitError, operationSchema, requireExtension } from "@lxdkit/protocol";
import { readEnvelope, type RequestOptions, type ResponseHeaders } from "@lxdkit/transport";
import type { ClientContext } from "../client-context.ts";
import type { TargetOptions } from "../call-options.ts";
import { followOperation, type OperationHandle } from "../operation-handle.ts";
import { extensionOfPath } from "./newer-paths.ts";

/** Options of {@link ApiCall}. */
export interface ApiCallOptions
  extends TargetOptions, Pick<RequestOptions, "body" | "content" | "headers" | "ifMatch"> {
  /** API extension without which nothing is sent; known for the paths that came after LXD 5.0. */
  readonly requires?: string | undefined;
}

/** The answer to any request: JSON, or bytes as they come. */
export type ApiAnswer =
  | {
      readonly kind: "json";
      readonly status: number;
      readonly headers: ResponseHeaders;
      readonly envelope: Envelope;
      /** The operation that the request started, if it did. */
      readonly handle: OperationHandle | undefined;
    }
  | {
      readonly kind: "stream";
      readonly status: number;
      readonly headers: ResponseHeaders;
      /** Read it to its end or destroy it. */
      readonly body: Readable;
    };

/**
 * Sends any request to any path, also to those that this version has no function for. The path is sent as it is, with
 * its query; `project` and `target` are added.
 *
 * @throws {MissingExtensionError} `EXTENSION_MISSING`, naming the extension, when the server does not know the path.
 * @throws {LxdkitError} `BAD_PATH` for a path that is none.
 */
export type ApiCall = (method: RequestOptions["method"], path: string, options?: ApiCallOptions) => Promise<ApiAnswer>;

/** Makes the function for any request. */
export function apiCall(context: ClientContext): ApiCall {
  return async (method, path, options = {}) => {
    const { requires, project = context.project, target = context.target, ...rest } = options;
    checkPath(path);
    const [pathname = "", search = ""] = path.split("?", 2);
    const extension = requires ?? extensionOfPath(pathname);
    if (extension !== undefined) {
      requireExtension(await context.info(options.signal), extension, `${method} ${pathname}`);
    }
    const query = new URLSearchParams(search);
    for (const [key, value] of Object.entries({ project, target })) {
      if (value !== undefined && !query.has(key)) query.set(key, value);
    }
    const line = query.size > 0 ? `${pathname}?${query.toString()}` : pathname;
    const response = await context.connection.stream({ ...rest, method, path: line });
    if (method === "HEAD" || !isJson(response.headers)) return { kind: "stream", ...response };
    const { status, headers } = response;
    const { address } = context.connection;
    const envelope = await readEnvelope(response, { address, request: `${method} ${pathname}` });
    return { kind: "json", status, headers, envelope, handle: handleOf(context, envelope, project) };
  };
}

function checkPath(path: string): void {
  // Nothing but the path and its query may be chosen here: no host, no fragment, no way up.
  const [pathname = ""] = path.split("?", 1);
  const climbs = pathname.split("/").some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
  if (/^\/(?!\/)[\x21-\x7e]*$/.test(path) && !path.includes("#") && !climbs) return;
  throw new LxdkitError(`${JSON.stringify(path)} is not a path of the API`, {
    code: "BAD_PATH",
    hint: "Write it from its / on, with special characters percent-encoded: /1.0/instances?recursion=1.",
  });
}

function isJson(headers: ResponseHeaders): boolean {
  return String(headers["content-type"] ?? "").startsWith("application/json");
}

function handleOf(
  context: ClientContext,
  envelope: Envelope,
  project: string | undefined,
): OperationHandle | undefined {
  if (envelope.type !== "async") return undefined;
  const operation = operationSchema.safeParse(envelope.metadata).data;
  return operation === undefined ? undefined : followOperation(context, operation, { project });
}
