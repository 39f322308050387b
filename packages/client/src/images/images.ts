import {
  type Image,
  type ImageExportPost,
  type ImagePut,
  imageSchema,
  imageSecretMetadataSchema,
  type ImagesPost,
} from "@lxdkit/protocol";
import type { StreamedResponse } from "@lxdkit/transport";
import * as z from "zod";
import { begin, change, read, readStream, readTagged } from "../call.ts";
import type { AllProjectsOptions, CallOptions, ChangeOptions, FilterOptions, Tagged } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { metadataOf } from "../operation-result.ts";
import { settleDeletion } from "../settle.ts";
import { exportImageFiles, type ExportedImage, type ImageFileReader } from "./export-image.ts";
import { type ImageAliasesApi, imageAliasesApi } from "./image-aliases.ts";
import { type ImageUpload, uploadImage, type UploadImageOptions } from "./upload-image.ts";

/** Options of a list of images. */
export interface ListImagesOptions extends FilterOptions, AllProjectsOptions {
  /** Extension `images_all_projects`: Incus and newer LXD. */
  readonly allProjects?: boolean | undefined;
}

/** Options of the reading of one image. */
export interface ReadImageOptions extends CallOptions {
  /** Secret of {@link ImagesApi.createSecret}, with which a caller reads whom the server does not trust. */
  readonly secret?: string | undefined;
}

/** Body of `PATCH /1.0/images/{fingerprint}`: the servers ignore what else the body of a `PUT` has. */
export type ImagePatch = Pick<ImagePut, "auto_update" | "public" | "properties">;

/** A right to read one private image, until `handle` is cancelled or the secret was used. */
export interface ImageSecret {
  readonly secret: string;
  readonly handle: OperationHandle;
}

/** Calls below `/1.0/images`. A unique start of a fingerprint is enough for all of them. */
export interface ImagesApi {
  readonly aliases: ImageAliasesApi;
  /** `GET /1.0/images?recursion=1`; callers whom the server does not trust see the public ones. */
  list(options?: ListImagesOptions): Promise<Image[]>;
  /** `GET /1.0/images`: their URLs. */
  listUrls(options?: ListImagesOptions): Promise<string[]>;
  /** `GET /1.0/images/{fingerprint}`. */
  get(fingerprint: string, options?: ReadImageOptions): Promise<Tagged<Image>>;
  /**
   * `POST /1.0/images`: the server takes it from another server, a web server, or one of its instances. The end of the
   * operation has the fingerprint (`imageCreatedMetadataSchema` of the protocol). With `mode` `push` the answer is the
   * token with which another server may send it ({@link ImagesApi.push}).
   */
  create(image: ImagesPost, options?: CallOptions): Promise<OperationHandle>;
  /** `POST /1.0/images` with the files of an image. The end of the operation has the fingerprint. */
  upload(files: ImageUpload, options?: UploadImageOptions): Promise<OperationHandle>;
  /** `PUT /1.0/images/{fingerprint}`: replaces what the body has fields for; a missing end or list of profiles stays. */
  update(fingerprint: string, image: ImagePut, options?: ChangeOptions): Promise<void>;
  /** `PATCH /1.0/images/{fingerprint}`: changes what is given. */
  patch(fingerprint: string, image: ImagePatch, options?: ChangeOptions): Promise<void>;
  /** `GET /1.0/images/{fingerprint}/export`: its file, or its two files as `multipart/form-data`. */
  export(fingerprint: string, options?: ReadImageOptions): Promise<StreamedResponse>;
  /**
   * `GET /1.0/images/{fingerprint}/export`: hands its one or two files to `read`, in order, and compares what came
   * with the fingerprint.
   *
   * @throws {LxdkitError} `FINGERPRINT_MISMATCH`, and what `read` throws.
   */
  exportFiles(fingerprint: string, read: ImageFileReader, options?: ReadImageOptions): Promise<ExportedImage>;
  /** `POST /1.0/images/{fingerprint}/export`: the server sends it to another one, which has given a token for that. */
  push(fingerprint: string, target: ImageExportPost, options?: CallOptions): Promise<OperationHandle>;
  /** `POST /1.0/images/{fingerprint}/refresh`: looks for a newer version at its source; `refreshed` in the end's metadata. */
  refresh(fingerprint: string, options?: CallOptions): Promise<OperationHandle>;
  /** `POST /1.0/images/{fingerprint}/secret`. */
  createSecret(fingerprint: string, options?: CallOptions): Promise<ImageSecret>;
  /** `DELETE /1.0/images/{fingerprint}`, its aliases with it. */
  delete(fingerprint: string, options?: CallOptions): Promise<OperationHandle>;
}

/** Makes the calls below `/1.0/images`. */
export function imagesApi(context: ClientContext): ImagesApi {
  const collection = "GET /1.0/images";
  const item = "GET /1.0/images/{fingerprint}";
  const file = "GET /1.0/images/{fingerprint}/export";
  return {
    aliases: imageAliasesApi(context),
    list: (options = {}) => read(context, collection, { ...listed(options), recursion: 1 }, z.array(imageSchema)),
    listUrls: (options = {}) => read(context, collection, listed(options), z.array(z.string())),
    get: (fingerprint, options = {}) => readTagged(context, item, secretly(fingerprint, options), imageSchema),
    create: (body, options = {}) => begin(context, "POST /1.0/images", { ...options, body }),
    upload: (files, options = {}) => uploadImage(context, "POST /1.0/images", files, options),
    update: (fingerprint, body, options = {}) =>
      change(context, "PUT /1.0/images/{fingerprint}", { ...options, path: { fingerprint }, body }),
    patch: (fingerprint, body, options = {}) =>
      change(context, "PATCH /1.0/images/{fingerprint}", { ...options, path: { fingerprint }, body }),
    export: (fingerprint, options = {}) => readStream(context, file, secretly(fingerprint, options)),
    exportFiles: async (fingerprint, reader, options = {}) =>
      exportImageFiles(await readStream(context, file, secretly(fingerprint, options)), fingerprint, reader),
    push: (fingerprint, body, options = {}) =>
      begin(context, "POST /1.0/images/{fingerprint}/export", { ...options, path: { fingerprint }, body }),
    refresh: (fingerprint, options = {}) =>
      begin(context, "POST /1.0/images/{fingerprint}/refresh", { ...options, path: { fingerprint } }),
    createSecret: async (fingerprint, options = {}) => {
      const route = "POST /1.0/images/{fingerprint}/secret";
      const handle = await begin(context, route, { ...options, path: { fingerprint } });
      return { ...metadataOf(handle.operation, route, imageSecretMetadataSchema), handle };
    },
    delete: (fingerprint, options = {}) => {
      const input = { ...options, path: { fingerprint } };
      return begin(context, "DELETE /1.0/images/{fingerprint}", input, settleDeletion(context, item, input));
    },
  };
}

/** A server without the extension would list one project only and not say so. */
function listed(options: ListImagesOptions) {
  return { ...options, extension: options.allProjects === true ? ("images_all_projects" as const) : undefined };
}

function secretly(fingerprint: string, { secret, ...options }: ReadImageOptions) {
  return { ...options, path: { fingerprint }, query: { secret } };
}
