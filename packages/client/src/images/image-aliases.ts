import { type ImageAlias, type ImageAliasesPost, type ImageAliasPut, imageAliasSchema } from "@lxdkit/protocol";
import * as z from "zod";
import { change, read, readTagged } from "../call.ts";
import type { CallOptions, ChangeOptions, Tagged } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";

/** Calls below `/1.0/images/aliases`. Names may contain slashes. */
export interface ImageAliasesApi {
  /** `GET /1.0/images/aliases?recursion=1`. */
  list(options?: CallOptions): Promise<ImageAlias[]>;
  /** `GET /1.0/images/aliases`: their URLs, in which LXD and Incus do not escape the names. */
  listUrls(options?: CallOptions): Promise<string[]>;
  /** `GET /1.0/images/aliases/{name}`. */
  get(name: string, options?: CallOptions): Promise<Tagged<ImageAlias>>;
  /** `POST /1.0/images/aliases`; `CONFLICT` when the name is taken. */
  create(alias: ImageAliasesPost, options?: CallOptions): Promise<void>;
  /** `PUT /1.0/images/aliases/{name}`: replaces its image and its description. */
  update(name: string, alias: ImageAliasPut, options?: ChangeOptions): Promise<void>;
  /** `PATCH /1.0/images/aliases/{name}`: changes what is given. */
  patch(name: string, alias: ImageAliasPut, options?: ChangeOptions): Promise<void>;
  /** `POST /1.0/images/aliases/{name}`; `CONFLICT` when the new name is taken. */
  rename(name: string, newName: string, options?: CallOptions): Promise<void>;
  /** `DELETE /1.0/images/aliases/{name}`; the image stays. */
  delete(name: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/images/aliases`. */
export function imageAliasesApi(context: ClientContext): ImageAliasesApi {
  const collection = "GET /1.0/images/aliases";
  return {
    list: (options = {}) => read(context, collection, { ...options, recursion: 1 }, z.array(imageAliasSchema)),
    listUrls: (options = {}) => read(context, collection, options, z.array(z.string())),
    get: (name, options = {}) =>
      readTagged(context, "GET /1.0/images/aliases/{name}", { ...options, path: { name } }, imageAliasSchema),
    create: (body, options = {}) => change(context, "POST /1.0/images/aliases", { ...options, body }),
    update: (name, body, options = {}) =>
      change(context, "PUT /1.0/images/aliases/{name}", { ...options, path: { name }, body }),
    patch: (name, body, options = {}) =>
      change(context, "PATCH /1.0/images/aliases/{name}", { ...options, path: { name }, body }),
    rename: (name, newName, options = {}) =>
      change(context, "POST /1.0/images/aliases/{name}", { ...options, path: { name }, body: { name: newName } }),
    delete: (name, options = {}) =>
      change(context, "DELETE /1.0/images/aliases/{name}", { ...options, path: { name } }),
  };
}
