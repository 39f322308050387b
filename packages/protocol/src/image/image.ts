import * as z from "zod";
import { amount, flag, listOf, stringMap, text } from "../wire.ts";

/** What an image is for. */
export type InstanceType = "container" | "virtual-machine";

/** Reads an {@link InstanceType}; servers from before virtual machines leave it out. */
export const instanceTypeSchema: z.ZodType<InstanceType> = z
  .enum(["container", "virtual-machine"])
  .or(z.literal("").transform((): InstanceType => "container"))
  .default("container");

/** A name of an image, as the image itself lists it. */
export interface ImageAliasEntry {
  readonly name: string;
  readonly description: string;
}

/** Where a server looks for newer versions of an image. */
export interface ImageUpdateSource {
  readonly alias: string;
  /** PEM. */
  readonly certificate: string;
  readonly protocol: string;
  /** URL. */
  readonly server: string;
  readonly image_type: string;
}

/** An image in the server's store: `GET /1.0/images/{fingerprint}`. */
export interface Image {
  /** Lower-case hexadecimal SHA-256 of the image's files. */
  readonly fingerprint: string;
  /** Kernel name. */
  readonly architecture: string;
  readonly type: InstanceType;
  /** Also for callers that the server does not trust. */
  readonly public: boolean;
  /** The server fetched it to create an instance, and removes it when it was not used for a while. */
  readonly cached: boolean;
  readonly auto_update: boolean;
  readonly filename: string;
  /** Bytes. */
  readonly size: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly aliases: readonly ImageAliasEntry[];
  /** Profiles of instances that are created without any. */
  readonly profiles: readonly string[];
  readonly created_at: string;
  readonly uploaded_at: string;
  /** Unset: never. */
  readonly last_used_at: string;
  /** Unset: never. */
  readonly expires_at: string;
  readonly update_source?: ImageUpdateSource | null | undefined;
  /** Incus only. */
  readonly project?: string | undefined;
}

/** Reads an {@link Image}. */
export const imageSchema: z.ZodType<Image> = z.looseObject({
  fingerprint: z.string(),
  architecture: text,
  type: instanceTypeSchema,
  public: flag,
  cached: flag,
  auto_update: flag,
  filename: text,
  size: amount,
  properties: stringMap,
  aliases: listOf(z.looseObject({ name: z.string(), description: text })),
  profiles: listOf(z.string()),
  created_at: text,
  uploaded_at: text,
  last_used_at: text,
  expires_at: text,
  update_source: z
    .looseObject({ alias: text, certificate: text, protocol: text, server: text, image_type: text })
    .nullish(),
  project: z.string().optional(),
});

/** A name for an image: `GET /1.0/images/aliases/{name}`. */
export interface ImageAlias {
  readonly name: string;
  readonly description: string;
  /** Fingerprint of the image. */
  readonly target: string;
  readonly type: InstanceType;
}

/** Reads an {@link ImageAlias}. */
export const imageAliasSchema: z.ZodType<ImageAlias> = z.looseObject({
  name: z.string(),
  description: text,
  target: z.string(),
  type: instanceTypeSchema,
});
