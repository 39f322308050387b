import { type Image, imageSchema } from "@lxdkit/protocol";
import { readTagged } from "../call.ts";
import type { CallOptions, Tagged } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { type ImageAliasesApi, imageAliasesApi } from "./image-aliases.ts";

/** Calls below `/1.0/images`. */
export interface ImagesApi {
  readonly aliases: ImageAliasesApi;
  /** `GET /1.0/images/{fingerprint}`; a unique start of the fingerprint is enough. */
  get(fingerprint: string, options?: CallOptions): Promise<Tagged<Image>>;
}

/** Makes the calls below `/1.0/images`. */
export function imagesApi(context: ClientContext): ImagesApi {
  return {
    aliases: imageAliasesApi(context),
    get: (fingerprint, options = {}) =>
      readTagged(context, "GET /1.0/images/{fingerprint}", { ...options, path: { fingerprint } }, imageSchema),
  };
}
