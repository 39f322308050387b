import fc from "fast-check";
import { expect, test } from "vitest";
import { withQuery } from "./query-string.ts";

const value = fc.oneof(fc.string({ unit: "grapheme" }), fc.double(), fc.integer(), fc.boolean());
const query = fc.dictionary(fc.string({ unit: "grapheme" }), fc.oneof(value, fc.constant(undefined)));
const path = fc
  .array(
    fc
      .string({ unit: "binary" })
      .filter((text) => !/\p{Surrogate}/u.test(text))
      .map(encodeURIComponent),
    { minLength: 1, maxLength: 4 },
  )
  .map((segments) => `/${segments.join("/")}`);

test("what goes in comes out of the query, and the path stays as it is", () => {
  fc.assert(
    fc.property(path, query, (before, values) => {
      const written = withQuery(before, values);
      const [after, text = "", ...more] = written.split("?");
      expect(after).toBe(before);
      expect(more).toEqual([]);
      expect(written).toMatch(/^[!-~]*$/);
      expect(written).not.toContain("#");
      const given = Object.entries(values).filter(([, each]) => each !== undefined);
      expect([...new URLSearchParams(text)]).toEqual(given.map(([key, each]) => [key, String(each)]));
      expect(written.includes("?")).toBe(given.length > 0);
    }),
    { numRuns: 1_000 },
  );
});

test("a query that the path has already stays, and the other follows", () => {
  fc.assert(
    fc.property(path, query, query, (before, first, second) => {
      const both = withQuery(withQuery(before, first), second);
      const pairs = (values: object): string[][] =>
        Object.entries(values)
          .filter(([, each]) => each !== undefined)
          .map(([key, each]) => [key, String(each)]);
      const at = both.indexOf("?");
      const text = at === -1 ? "" : both.slice(at + 1);
      expect(at === -1 ? both : both.slice(0, at)).toBe(before);
      expect([...new URLSearchParams(text)]).toEqual([...pairs(first), ...pairs(second)]);
    }),
  );
});
