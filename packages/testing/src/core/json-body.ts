import type { Devices } from "@lxdkit/protocol";
import { bodyTypeOf } from "./body-types.ts";
import { readGoJson, readWholeGoJson } from "./go-json.ts";
import { Refusal } from "./refusal.ts";
import type { ApiRequest } from "./router.ts";

/** A JSON object that a client sent. */
export type JsonObject = Readonly<Record<string, unknown>>;

const readWhole: ReadonlySet<string> = new Set(["/1.0/instances/{name}/exec", "/1.0/instances/{name}/console"]);

/** Reads the body; 400 with the servers' own words when it is no JSON, or not what the route takes. */
export function parseBody({ state, method, pattern, body }: ApiRequest): JsonObject {
  const read = readWhole.has(pattern) ? readWholeGoJson : readGoJson;
  const value = read(body, bodyTypeOf(state.flavour, method, pattern)) ?? {};
  if (!isObject(value)) throw mismatch(value, "body", "object");
  return value;
}

/**
 * Reads a body of which the servers take what is no map for an error of their own: it is 500. They hang up at a null,
 * into which they write all the same.
 */
export function parseMapBody(request: ApiRequest): JsonObject {
  try {
    if (request.body.trim() === "null") throw new Error("assignment to entry in nil map");
    return parseBody(request);
  } catch (error) {
    if (!(error instanceof Refusal) || error.message.includes("Go struct field")) throw error;
    throw new Refusal(500, error.message);
  }
}

/** A field that holds text; missing and null read as empty. */
export function textField(object: JsonObject, key: string): string {
  const value = object[key] ?? "";
  if (typeof value !== "string") throw mismatch(value, key, "string");
  return value;
}

/** A field that holds true or false; missing and null read as false. */
export function flagField(object: JsonObject, key: string): boolean {
  const value = object[key] ?? false;
  if (typeof value !== "boolean") throw mismatch(value, key, "bool");
  return value;
}

/** A field that holds a number; missing and null read as 0. */
export function numberField(object: JsonObject, key: string): number {
  const value = object[key] ?? 0;
  if (typeof value !== "number") throw mismatch(value, key, "int");
  return value;
}

/** A field that holds an object; missing and null read as empty. */
export function objectField(object: JsonObject, key: string): JsonObject {
  const value = object[key] ?? {};
  if (!isObject(value)) throw mismatch(value, key, "object");
  return value;
}

/** A field that maps names to texts; undefined when missing or null. */
export function textMapField(object: JsonObject, key: string): Record<string, string> | undefined {
  if (object[key] === undefined || object[key] === null) return undefined;
  const map = objectField(object, key);
  return Object.fromEntries(Object.keys(map).map((name) => [name, textField(map, name)]));
}

/** A field that maps device names to devices; undefined when missing or null. */
export function devicesField(object: JsonObject, key: string): Devices | undefined {
  if (object[key] === undefined || object[key] === null) return undefined;
  const map = objectField(object, key);
  return Object.fromEntries(Object.keys(map).map((name) => [name, textMapField(map, name) ?? {}]));
}

/** A field that lists texts; undefined when missing or null. */
export function textListField(object: JsonObject, key: string): readonly string[] | undefined {
  const value = object[key] ?? undefined;
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw mismatch(value, key, "[]string");
  return value.map((item: unknown) => {
    if (typeof item !== "string") throw mismatch(item, key, "string");
    return item;
  });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mismatch(value: unknown, key: string, wanted: string): Refusal {
  const kind = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  return new Refusal(400, `json: cannot unmarshal ${kind} into Go struct field ${key} of type ${wanted}`);
}
