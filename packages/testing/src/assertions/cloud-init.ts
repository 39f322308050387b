import assert from "node:assert/strict";
import { parse } from "yaml";

/**
 * Asserts that a text is cloud-init user data: `#cloud-config` is its first line, and the rest is a YAML map. Gives that
 * map.
 *
 * @throws {AssertionError} When it is none.
 */
export function assertCloudConfig(text: string): Readonly<Record<string, unknown>> {
  const first = text.split("\n", 1)[0];
  assert.equal(first, "#cloud-config", "user data has to begin with the line #cloud-config");
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    assert.fail(`user data is no YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  assert.ok(typeof value === "object" && value !== null && !Array.isArray(value), "user data has to be a YAML map");
  return value as Readonly<Record<string, unknown>>;
}
