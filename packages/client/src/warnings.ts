import { type Warning, type WarningPut, warningSchema } from "@lxdkit/protocol";
import { change, read } from "./call.ts";
import type { CallOptions, FilterOptions } from "./call-options.ts";
import type { ClientContext } from "./client-context.ts";
import { listOf, urlsSchema } from "./list-of.ts";

/** Calls below `/1.0/warnings`. */
export interface WarningsApi {
  /** `GET /1.0/warnings?recursion=1`: all of the server, or only those of the project that is given. */
  list(options?: FilterOptions): Promise<Warning[]>;
  /** `GET /1.0/warnings`: their URLs. */
  listUrls(options?: FilterOptions): Promise<string[]>;
  /** `GET /1.0/warnings/{uuid}`. */
  get(uuid: string, options?: CallOptions): Promise<Warning>;
  /** `PUT /1.0/warnings/{uuid}`: acknowledges it, or makes it new again. */
  update(uuid: string, warning: WarningPut, options?: CallOptions): Promise<void>;
  /** `PATCH /1.0/warnings/{uuid}`: the same. */
  patch(uuid: string, warning: WarningPut, options?: CallOptions): Promise<void>;
  /** `DELETE /1.0/warnings/{uuid}`. */
  delete(uuid: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/warnings`. */
export function warningsApi(context: ClientContext): WarningsApi {
  const collection = "GET /1.0/warnings";
  return {
    list: (options = {}) => read(context, collection, { ...options, recursion: 1 }, listOf(warningSchema)),
    listUrls: (options = {}) => read(context, collection, options, urlsSchema),
    get: (uuid, options = {}) =>
      read(context, "GET /1.0/warnings/{uuid}", { ...options, path: { uuid } }, warningSchema),
    update: (uuid, body, options = {}) =>
      change(context, "PUT /1.0/warnings/{uuid}", { ...options, path: { uuid }, body }),
    patch: (uuid, body, options = {}) =>
      change(context, "PATCH /1.0/warnings/{uuid}", { ...options, path: { uuid }, body }),
    delete: (uuid, options = {}) => change(context, "DELETE /1.0/warnings/{uuid}", { ...options, path: { uuid } }),
  };
}
