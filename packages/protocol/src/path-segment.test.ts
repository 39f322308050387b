import fc from "fast-check";
import { expect, test } from "vitest";
import { LxdkitError } from "./lxdkit-error.ts";
import { pathSegment } from "./path-segment.ts";

test.each([
  ["c1", "c1"],
  ["foo/bar", "foo%2Fbar"],
  ["../../secret", "..%2F..%2Fsecret"],
  ["a?b=c#d", "a%3Fb%3Dc%23d"],
  ["50%", "50%25"],
  ["%2e%2e", "%252e%252e"],
  ["a\r\nHost: x", "a%0D%0AHost%3A%20x"],
  ["a\\b", "a%5Cb"],
  ["🦑", "%F0%9F%A6%91"],
  ["...", "..."],
])("%j is written as %s", (name, expected) => {
  expect(pathSegment(name)).toBe(expected);
});

test.each(["", ".", "..", "\0", "c1\0x", "\uD800", "a\uDC00"])("%j is refused", (name) => {
  expect(() => pathSegment(name)).toThrow(expect.objectContaining({ code: "BAD_PATH_SEGMENT" }));
});

test("no name can change the path of a request", () => {
  const pieces = [
    "..",
    ".",
    "/",
    "\\",
    "?",
    "#",
    "%",
    "%2f",
    "%2e",
    "\t",
    "\n",
    "\u0001",
    "é",
    "🦑",
    "a",
    ";",
    "&",
    "@",
    ":",
  ];
  const hostile = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(""));
  const name = fc
    .oneof(fc.string({ unit: "binary" }), hostile)
    .filter((text) => !["", ".", ".."].includes(text) && !text.includes("\0"));
  fc.assert(
    fc.property(name, (text) => {
      const segment = pathSegment(text);
      const url = new URL(`http://server/1.0/instances/${segment}/state?project=p`);
      expect(url.pathname).toBe(`/1.0/instances/${segment}/state`);
      expect(url.search).toBe("?project=p");
      expect(url.pathname.split("/")).toHaveLength(5);
      expect(decodeURIComponent(segment)).toBe(text);
    }),
    { numRuns: 500 },
  );
});

test("any text is written or refused with an error of lxdkit", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff), { maxLength: 6 }), (units) => {
      const text = String.fromCharCode(...units);
      try {
        expect(pathSegment(text)).toMatch(/^[\w%!'()*.~-]+$/);
      } catch (error) {
        if (!LxdkitError.is(error)) throw error;
      }
    }),
  );
});
