import fc from "fast-check";
import { expect, test } from "vitest";
import { isMachineId } from "./machine-id.ts";
import { createNamespace } from "./namespace.ts";

const namespace = createNamespace("f47ac10b-58cc-4372-a567-0e02b2c3d479");
const number = fc.nat({ max: 9999 }).map(String);
const step = fc.tuple(fc.stringMatching(/^[a-z]{1,5}$/), number).map((parts) => parts.join("/"));
const ids = fc.tuple(number, fc.array(step, { maxLength: 4 })).map(([first, rest]) => [first, ...rest].join("/"));

test("each id that fits into a name survives the way there and back", () => {
  fc.assert(
    fc.property(ids, (id) => {
      expect(isMachineId(id)).toBe(true);
      const name = namespace.hostname(id);
      expect(name).toMatch(/^[a-z][a-z0-9-]{0,62}$/);
      expect(namespace.machineId(name)).toBe(id);
    }),
  );
});

test("each text that is an id begins with a number and has no leading zero", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-z/]{0,9}$/), (text) => {
      const parts = text.split("/");
      const isId =
        parts.length % 2 === 1 &&
        parts.every((part, at) => /^(0|[1-9]\d*|[a-z]+)$/.test(part) && /\d/.test(part) === (at % 2 === 0));
      expect(isMachineId(text)).toBe(isId);
    }),
    { numRuns: 2_000 },
  );
});
