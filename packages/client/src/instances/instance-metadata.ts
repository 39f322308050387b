import { type ImageMetadata, imageMetadataSchema } from "@lxdkit/protocol";
import { change, readTagged } from "../call.ts";
import type { CallOptions, ChangeOptions, Tagged } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { type InstanceTemplatesApi, instanceTemplatesApi } from "./instance-templates.ts";

/** Calls below `/1.0/instances/{name}/metadata`: what the image said of itself, and its templates. */
export interface InstanceMetadataApi {
  readonly templates: InstanceTemplatesApi;
  /** `GET /1.0/instances/{name}/metadata`. */
  get(instance: string, options?: CallOptions): Promise<Tagged<ImageMetadata>>;
  /** `PUT /1.0/instances/{name}/metadata`: replaces it. The servers do not compare ETags here. */
  update(instance: string, metadata: ImageMetadata, options?: CallOptions): Promise<void>;
  /** `PATCH /1.0/instances/{name}/metadata`: changes the given fields, properties and templates. */
  patch(instance: string, metadata: Partial<ImageMetadata>, options?: ChangeOptions): Promise<void>;
}

/** Makes the calls below `/1.0/instances/{name}/metadata`. */
export function instanceMetadataApi(context: ClientContext): InstanceMetadataApi {
  return {
    templates: instanceTemplatesApi(context),
    get: (name, options = {}) =>
      readTagged(context, "GET /1.0/instances/{name}/metadata", { ...options, path: { name } }, imageMetadataSchema),
    update: (name, body, options = {}) =>
      change(context, "PUT /1.0/instances/{name}/metadata", { ...options, path: { name }, body }),
    patch: (name, body, options = {}) =>
      change(context, "PATCH /1.0/instances/{name}/metadata", { ...options, path: { name }, body }),
  };
}
