import * as z from "zod";
import { listOf, mapOf, text } from "./wire.ts";

/** What the server knows about one configuration key. */
export interface ConfigurationKey {
  /** For example `string`, `integer` or `bool`. */
  readonly type: string;
  readonly shortdesc: string;
  /** Markdown. */
  readonly longdesc: string;
  /** Markdown. */
  readonly defaultdesc?: string | undefined;
  readonly default?: string | undefined;
  readonly initialvaluedesc?: string | undefined;
  /** Says whether a change reaches running instances: `yes`, `no` or a condition. */
  readonly liveupdate?: string | undefined;
  /** When the key applies, for example `container`. */
  readonly condition?: string | undefined;
  readonly required?: string | undefined;
  /** `global` or `local` to a cluster member. */
  readonly scope?: string | undefined;
}

/** A group of keys; each element of the list is a map of one key. */
export interface ConfigurationGroup {
  readonly keys: readonly Readonly<Record<string, ConfigurationKey>>[];
}

/** `GET /1.0/metadata/configuration` (extension `metadata_configuration`). */
export interface ConfigurationMetadata {
  /** Kind of object (`instance`, `server`, ...) to group to keys. */
  readonly configs: Readonly<Record<string, Readonly<Record<string, ConfigurationGroup>>>>;
}

const keySchema: z.ZodType<ConfigurationKey> = z.looseObject({
  type: text,
  shortdesc: text,
  longdesc: text,
  defaultdesc: z.string().optional(),
  default: z.string().optional(),
  initialvaluedesc: z.string().optional(),
  liveupdate: z.string().optional(),
  condition: z.string().optional(),
  required: z.string().optional(),
  scope: z.string().optional(),
});

/** Reads a {@link ConfigurationMetadata}. */
export const configurationMetadataSchema: z.ZodType<ConfigurationMetadata> = z.looseObject({
  configs: mapOf(mapOf(z.looseObject({ keys: listOf(mapOf(keySchema)) }))),
});
