import * as z from "zod";

/** What a reading of an unknown value tells of its mistakes. */
type Issues = z.core.ParsePayload["issues"];

/**
 * A string map that servers may send as null; read as empty. Lists of instances have many of them, so they are checked
 * where they stand instead of being copied key by key.
 */
export const stringMap: z.ZodType<Record<string, string>> = z
  .unknown()
  .nullish()
  .transform((value, { issues }) => {
    return readStringMap(value, issues, []);
  });

/** A map of string maps (devices) that servers may send as null; read as empty. */
export const deviceMap: z.ZodType<Record<string, Record<string, string>>> = z
  .unknown()
  .nullish()
  .transform((value, { issues }) => {
    const read = readMap(value, issues, []);
    return Object.fromEntries(Object.entries(read).map(([key, inner]) => [key, readStringMap(inner, issues, [key])]));
  });

function readStringMap(value: unknown, issues: Issues, path: PropertyKey[]): Record<string, string> {
  const read = readMap(value, issues, path);
  for (const key in read) {
    const input = read[key];
    if (typeof input !== "string")
      issues.push({ code: "invalid_type", expected: "string", input, path: [...path, key] });
  }
  return read as Record<string, string>;
}

function readMap(value: unknown, issues: Issues, path: PropertyKey[]): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  issues.push({ code: "invalid_type", expected: "record", input: value, path });
  return {};
}

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
