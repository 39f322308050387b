import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { parseDocument } from "./parse-document.ts";

const url = new URL("https://images.test/x.json");
const parse = (text: string): unknown => parseDocument(text, z.unknown(), url);

test("any reasonable JSON is read as it is", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), (text) => {
      expect(parse(text)).toEqual(JSON.parse(text));
    }),
  );
});

test("brackets in texts do not count", () => {
  const text = JSON.stringify({ text: `\\"${"[".repeat(1000)}`, more: '"{'.repeat(100) });
  expect(parse(text)).toEqual(JSON.parse(text));
});

test.each(["[".repeat(1_000_000), `${'{"a":'.repeat(65)}1${"}".repeat(65)}`])(
  "what is nested too deeply is refused",
  (text) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: "BAD_STREAM", message: expect.stringContaining("nested") as string }),
    );
  },
);

test.each(["", "{", '{"a"', '"open', "<html>"])("%j is refused as no JSON", (text) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ code: "BAD_STREAM", address: url.href }));
});
