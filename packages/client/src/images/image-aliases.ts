import { type ImageAlias, imageAliasSchema } from "@lxdkit/protocol";
import { readTagged } from "../call.ts";
import type { CallOptions, Tagged } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";

/** Calls below `/1.0/images/aliases`. Names may contain slashes. */
export interface ImageAliasesApi {
  /** `GET /1.0/images/aliases/{name}`. */
  get(name: string, options?: CallOptions): Promise<Tagged<ImageAlias>>;
}

/** Makes the calls below `/1.0/images/aliases`. */
export function imageAliasesApi(context: ClientContext): ImageAliasesApi {
  return {
    get: (name, options = {}) =>
      readTagged(context, "GET /1.0/images/aliases/{name}", { ...options, path: { name } }, imageAliasSchema),
  };
}
