import { createHash } from "node:crypto";

/**
 * The ETag of `value`, without quotes: SHA-256 of its JSON text with a newline, as Go writes it.
 *
 * Measured on LXD 5.0.2 and Incus 6.0.4: the server hashes its config map, an alias its whole object; a profile
 * `[config, description, devices]`, a network `[name, managed, type, description, config]`, an image
 * `[public, auto_update, properties]`, a project `[description, config]`, a pool of Incus
 * `[name, driver, description, config]`, an instance of LXD `[architecture, config, devices, ephemeral, profiles]`.
 */
export function etagOf(value: unknown): string {
  return createHash("sha256")
    .update(`${goJson(value)}\n`)
    .digest("hex");
}

/** JSON as Go writes it: maps by key, and five characters escaped. */
function goJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A copy of `map` with its keys in byte order, as Go writes maps. */
export function sortedMap<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
