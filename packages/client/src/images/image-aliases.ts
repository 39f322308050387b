import {
  flavourOf,
  type ImageAlias,
  type ImageAliasesPost,
  type ImageAliasPut,
  imageAliasSchema,
  LxdkitError,
} from "@lxdkit/protocol";
import * as z from "zod";
import { change, read, readTagged } from "../call.ts";
import type { CallOptions, ChangeOptions, Tagged } from "../call-options.ts";
import { checkNewName } from "../check-new-name.ts";
import type { ClientContext } from "../client-context.ts";

/** Calls below `/1.0/images/aliases`. Names may contain slashes. */
export interface ImageAliasesApi {
  /** `GET /1.0/images/aliases?recursion=1`. */
  list(options?: CallOptions): Promise<ImageAlias[]>;
  /** `GET /1.0/images/aliases`: their URLs, in which LXD 5.0 escapes the names twice. */
  listUrls(options?: CallOptions): Promise<string[]>;
  /** `GET /1.0/images/aliases/{name}`. */
  get(name: string, options?: CallOptions): Promise<Tagged<ImageAlias>>;
  /** `POST /1.0/images/aliases`; `CONFLICT` when the name is taken. */
  create(alias: ImageAliasesPost, options?: CallOptions): Promise<void>;
  /** `PUT /1.0/images/aliases/{name}`: replaces its image and its description. */
  update(name: string, alias: ImageAliasPut, options?: ChangeOptions): Promise<void>;
  /**
   * `PATCH /1.0/images/aliases/{name}`: changes what is given. LXD 5.0 fails at that request after 20 s in which it
   * answers nobody else either, so on LXD the alias is read and replaced.
   */
  patch(name: string, alias: ImageAliasPut, options?: ChangeOptions): Promise<void>;
  /**
   * `POST /1.0/images/aliases/{name}`; `CONFLICT` when the new name is taken. LXD 5.0 takes 10 s for it, in which it
   * answers nobody else.
   */
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
    create: async (body, options = {}) => {
      checkNewName(body.name);
      return change(context, "POST /1.0/images/aliases", { ...options, body });
    },
    update: (name, body, options = {}) =>
      change(context, "PUT /1.0/images/aliases/{name}", { ...options, path: { name }, body }),
    patch: async (name, body, options = {}) => {
      if (flavourOf(await context.info(options.signal)) === "lxd") return mergeAlias(context, name, body, options);
      return change(context, "PATCH /1.0/images/aliases/{name}", { ...options, path: { name }, body });
    },
    rename: async (name, newName, options = {}) => {
      checkNewName(newName);
      return change(context, "POST /1.0/images/aliases/{name}", {
        ...options,
        path: { name },
        body: { name: newName },
      });
    },
    delete: (name, options = {}) =>
      change(context, "DELETE /1.0/images/aliases/{name}", { ...options, path: { name } }),
  };
}

/** How often an alias is read again that somebody else changes at the same time. */
const mergeAttempts = 5;

async function mergeAlias(
  context: ClientContext,
  name: string,
  changes: ImageAliasPut,
  options: ChangeOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const input = { ...options, path: { name } };
    const { value, etag } = await readTagged(context, "GET /1.0/images/aliases/{name}", input, imageAliasSchema);
    const body = { description: value.description, target: value.target, ...changes };
    try {
      await change(context, "PUT /1.0/images/aliases/{name}", { ...input, ifMatch: options.ifMatch ?? etag, body });
      return;
    } catch (error) {
      const isOvertaken = LxdkitError.is(error) && error.code === "ETAG_MISMATCH";
      if (!isOvertaken || options.ifMatch !== undefined || attempt === mergeAttempts) throw error;
    }
  }
}
