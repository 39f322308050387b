import * as z from "zod";
import { listOf, stringMap } from "./wire.ts";

/** What an image is for. */
export type InstanceType = "container" | "virtual-machine";

/** Reads an {@link InstanceType}; servers from before virtual machines leave it out. */
export const instanceTypeSchema: z.ZodType<InstanceType> = z
  .enum(["container", "virtual-machine"])
  .or(z.literal("").transform((): InstanceType => "container"))
  .default("container");

/** An image in the server's store: `GET /1.0/images/{fingerprint}`. */
export interface Image {
  /** Lower-case hexadecimal SHA-256 of the image's files. */
  readonly fingerprint: string;
  readonly architecture: string;
  readonly type: InstanceType;
  readonly public: boolean;
  readonly cached: boolean;
  readonly auto_update: boolean;
  readonly filename: string;
  /** Bytes. */
  readonly size: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly aliases: readonly { readonly name: string; readonly description: string }[];
}

/** Reads an {@link Image}. */
export const imageSchema: z.ZodType<Image> = z.looseObject({
  fingerprint: z.string(),
  architecture: z.string().default(""),
  type: instanceTypeSchema,
  public: z.boolean().default(false),
  cached: z.boolean().default(false),
  auto_update: z.boolean().default(false),
  filename: z.string().default(""),
  size: z.number().default(0),
  properties: stringMap,
  aliases: listOf(z.looseObject({ name: z.string(), description: z.string().default("") })),
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
  description: z.string().default(""),
  target: z.string(),
  type: instanceTypeSchema,
});
