import * as z from "zod";

/** Reads a list that servers may send as null; read as empty. */
export function listOf<T>(item: z.ZodType<T>): z.ZodType<T[]> {
  return z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);
}

/** Reads the URLs that a list without recursion is made of. */
export const urlsSchema: z.ZodType<string[]> = listOf(z.string());
