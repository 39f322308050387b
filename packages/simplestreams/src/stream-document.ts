import * as z from "zod";

/** One file of a version; `ftype` alone says what it is. */
export interface StreamItem {
  readonly ftype: string;
  /** Relative to the root of the stream. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  /** Every other field, the combined hashes among them. */
  readonly [field: string]: unknown;
}

/** One product: an operating system's release for one architecture, in several versions. */
export interface StreamProduct {
  /** Comma-separated alias names. */
  readonly aliases: string;
  readonly arch: string;
  readonly os: string;
  readonly release: string;
  readonly release_title: string;
  readonly variant: string;
  readonly version: string;
  /** `YYYY-MM-DD`, or empty. */
  readonly support_eol: string;
  readonly requirements: Readonly<Record<string, string>>;
  /** By serial. */
  readonly versions: Readonly<Record<string, StreamVersion>>;
}

/** One version of a product. */
export interface StreamVersion {
  /** For example `release`; empty when the stream tells none. */
  readonly label: string;
  readonly items: Readonly<Record<string, StreamItem>>;
}

/** `streams/v1/index.json`. */
export interface StreamIndex {
  readonly index: Readonly<
    Record<string, { readonly datatype: string; readonly path: string; readonly products: readonly string[] }>
  >;
}

/** A products file. */
export interface StreamProducts {
  readonly products: Readonly<Record<string, StreamProduct>>;
}

/** A products file whose products nobody has looked at yet. */
export interface RawProducts {
  readonly products: Readonly<Record<string, unknown>>;
}

/** Reads {@link RawProducts}. */
export const rawProductsSchema: z.ZodType<RawProducts> = z.looseObject({ products: z.record(z.string(), z.unknown()) });

const text: z.ZodType<string> = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

const itemSchema: z.ZodType<StreamItem> = z.looseObject({
  ftype: text,
  path: text,
  size: z.number().default(0),
  sha256: text,
});

const requirementsSchema: z.ZodType<Record<string, string>> = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});

/** Reads a {@link StreamProduct}. */
export const productSchema: z.ZodType<StreamProduct> = z
  .looseObject({
    aliases: text,
    arch: text,
    os: text,
    release: text,
    release_title: text,
    variant: text,
    version: text,
    support_eol: text,
    lxd_requirements: requirementsSchema,
    requirements: requirementsSchema,
    versions: z
      .record(z.string(), z.looseObject({ label: text, items: z.record(z.string(), itemSchema).default({}) }))
      .default({}),
  })
  // Older streams use the first name, newer the second, with the same meaning.
  .transform(({ lxd_requirements: older, ...product }) => ({
    ...product,
    requirements: { ...product.requirements, ...older },
  }));

const indexEntrySchema: z.ZodType<StreamIndex["index"][string]> = z.looseObject({
  datatype: text,
  path: text,
  products: z
    .array(z.string())
    .nullish()
    .transform((value) => value ?? []),
});

/** Reads a {@link StreamIndex}. Some write `updated` and `format` among its entries. */
export const streamIndexSchema: z.ZodType<StreamIndex> = z.looseObject({
  index: z
    .record(z.string(), z.unknown())
    .transform((entries) =>
      Object.fromEntries(Object.entries(entries).filter(([, entry]) => typeof entry !== "string")),
    )
    .pipe(z.record(z.string(), indexEntrySchema)),
});

/** Reads {@link StreamProducts}. */
export const streamProductsSchema: z.ZodType<StreamProducts> = z.looseObject({
  products: z.record(z.string(), productSchema),
});
