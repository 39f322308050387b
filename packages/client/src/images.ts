import { type Image, type ImageAlias, imageAliasSchema, imageSchema, pathSegment } from "@lxdkit/protocol";
import type { Connection } from "@lxdkit/transport";
import { type CallOptions, readTagged, type Tagged } from "./call.ts";

/** Calls below `/1.0/images`. */
export interface ImagesApi {
  /** `GET /1.0/images/{fingerprint}`; a unique start of the fingerprint is enough. */
  get(fingerprint: string, options?: CallOptions): Promise<Tagged<Image>>;
  /** `GET /1.0/images/aliases/{name}`; the name may contain slashes. */
  getAlias(name: string, options?: CallOptions): Promise<Tagged<ImageAlias>>;
}

/** Makes the calls below `/1.0/images`. */
export function imagesApi(connection: Connection): ImagesApi {
  const get = (path: string, { project, signal, timeoutMs }: CallOptions) =>
    ({ method: "GET", path, query: { project }, signal, timeoutMs }) as const;
  return {
    get: async (fingerprint, options = {}) =>
      readTagged(connection, get(`/1.0/images/${pathSegment(fingerprint)}`, options), imageSchema),
    getAlias: async (name, options = {}) =>
      readTagged(connection, get(`/1.0/images/aliases/${pathSegment(name)}`, options), imageAliasSchema),
  };
}
