import * as z from "zod";

/** A string map that servers may send as null; read as empty. */
export const stringMap: z.ZodType<Record<string, string>> = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});

/** A map of string maps (devices) that servers may send as null; read as empty. */
export const deviceMap: z.ZodType<Record<string, Record<string, string>>> = z
  .record(z.string(), stringMap)
  .nullish()
  .transform((value) => value ?? {});

/** A list that servers may send as null; read as empty. */
export function listOf<T>(item: z.ZodType<T>): z.ZodType<T[]> {
  return z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);
}

/** A map that servers may send as null; read as empty. */
export function mapOf<T>(item: z.ZodType<T>): z.ZodType<Record<string, T>> {
  return z
    .record(z.string(), item)
    .nullish()
    .transform((value) => value ?? {});
}
