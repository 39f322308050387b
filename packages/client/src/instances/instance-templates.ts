import { pathSegment } from "@lxdkit/protocol";
import type { Content, StreamedResponse } from "@lxdkit/transport";
import * as z from "zod";
import { change, read, readStream } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";

/** Calls below `/1.0/instances/{name}/metadata/templates`: the files of which others in the instance are made. */
export interface InstanceTemplatesApi {
  /** `GET /1.0/instances/{name}/metadata/templates`: their names. */
  list(instance: string, options?: CallOptions): Promise<string[]>;
  /** `GET /1.0/instances/{name}/metadata/templates?path=`: one of them. */
  get(instance: string, template: string, options?: CallOptions): Promise<StreamedResponse>;
  /** `POST /1.0/instances/{name}/metadata/templates?path=`: writes one of them, in place of what is there. */
  write(instance: string, template: string, content: Content, options?: CallOptions): Promise<void>;
  /** `DELETE /1.0/instances/{name}/metadata/templates?path=`. */
  delete(instance: string, template: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/instances/{name}/metadata/templates`. */
export function instanceTemplatesApi(context: ClientContext): InstanceTemplatesApi {
  const collection = "GET /1.0/instances/{name}/metadata/templates";
  return {
    list: (name, options = {}) => read(context, collection, { ...options, path: { name } }, z.array(z.string())),
    get: async (name, template, options = {}) =>
      readStream(context, collection, { ...options, path: { name }, query: templateQuery(template) }),
    write: async (name, template, content, options = {}) => {
      const headers = { "content-type": "application/octet-stream" };
      const input = { ...options, path: { name }, query: templateQuery(template), content, headers };
      return change(context, "POST /1.0/instances/{name}/metadata/templates", input);
    },
    delete: async (name, template, options = {}) =>
      change(context, "DELETE /1.0/instances/{name}/metadata/templates", {
        ...options,
        path: { name },
        query: templateQuery(template),
      }),
  };
}

/** A template is a file in a folder: `.` would be the folder itself, which the servers would remove. */
function templateQuery(template: string): { readonly path: string } {
  pathSegment(template);
  return { path: template };
}
