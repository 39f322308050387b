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

/** A text that servers may leave out; read as empty. */
export const text: z.ZodType<string> = z.string().default("");

/** A truth value that servers may leave out; read as false. */
export const flag: z.ZodType<boolean> = z.boolean().default(false);

/** A number that servers may leave out; read as 0. */
export const amount: z.ZodType<number> = z.number().default(0);

/** An object that servers may send as null; read as null also when it is left out. */
export function orNull<T>(item: z.ZodType<T>): z.ZodType<T | null> {
  return item.nullish().transform((value) => value ?? null);
}
