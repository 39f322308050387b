import fc from "fast-check";
import { expect, test } from "vitest";
import * as protocol from "./index.ts";

interface Schema {
  safeParse(value: unknown): { readonly success: boolean; readonly data?: unknown };
}

const schemas = Object.entries(protocol).filter(([name]) => name.endsWith("Schema")) as unknown as [string, Schema][];

// Objects with the fields that the API uses most, so that many of them are accepted.
const leaf = fc.oneof(fc.constant(null), fc.string(), fc.integer(), fc.boolean(), fc.constant({}), fc.constant([]));
const field = fc.constantFrom("name", "type", "status", "config", "devices", "used_by", "metadata", "members", "state");
const required = {
  id: "i",
  name: "n",
  type: "container",
  class: "task",
  status: "Running",
  status_code: 103,
  action: "a",
  source: "s",
  timestamp: "t",
};
const object = fc.dictionary(field, leaf).map((fields) => ({ ...required, api_version: "1.0", ...fields }));

test("there is a schema for each kind of object", () => {
  expect(schemas.length).toBeGreaterThan(50);
});

test.each(schemas)("%s reads or refuses any JSON without throwing, and reads again what it read", (_name, schema) => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), object, fc.array(object, { maxLength: 2 })), (value) => {
      const first = schema.safeParse(value);
      if (!first.success) return;
      expect(schema.safeParse(first.data)).toEqual({ success: true, data: first.data });
    }),
    { numRuns: 60 },
  );
});
