import * as z from "zod";
import { amount, flag, listOf, mapOf, stringMap, text } from "../wire.ts";

/** A template file of an image and when it is written. */
export interface ImageTemplate {
  /** `create`, `copy`, `rename` or `start`. */
  readonly when: readonly string[];
  /** Only if the file is not there. */
  readonly create_only: boolean;
  /** Name of the template. */
  readonly template: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** What `metadata.yaml` of an image or an instance says: `GET` and body of `PUT .../instances/{name}/metadata`. */
export interface ImageMetadata {
  /** Kernel name. */
  readonly architecture: string;
  /** Seconds since 1970. */
  readonly creation_date: number;
  /** Seconds since 1970; 0: never. */
  readonly expiry_date: number;
  readonly properties: Readonly<Record<string, string>>;
  /** By path of the file in the instance. */
  readonly templates: Readonly<Record<string, ImageTemplate>>;
}

/** Reads an {@link ImageMetadata}. */
export const imageMetadataSchema: z.ZodType<ImageMetadata> = z.looseObject({
  architecture: text,
  creation_date: amount,
  expiry_date: amount,
  properties: stringMap,
  templates: mapOf(
    z.looseObject({ when: listOf(z.string()), create_only: flag, template: text, properties: stringMap }),
  ),
});
