import { basename, dirname, join, normalize } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkRemoteName, isRemoteName } from "./remote-name.ts";

test("a file named after a remote is in its folder", () => {
  const nasty = fc.array(fc.constantFrom("..", ".", "/", "\\", "\0", "\n", "%2f", "a", "é", "~", "$", ":", " ", "🙂"));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        nasty.map((parts) => parts.join("")),
      ),
      (name) => {
        if (isRemoteName(name)) {
          const path = join("/folder", `${name}.crt`);
          expect(dirname(path)).toBe("/folder");
          expect(basename(path)).toBe(`${name}.crt`);
          expect(normalize(path)).toBe(path);
          checkRemoteName(name);
        } else {
          expect(() => {
            checkRemoteName(name);
          }).toThrow(expect.objectContaining({ code: "BAD_REMOTE_NAME" }));
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test.each(["a", "my-remote", "10.0.0.1", "server.example", "büro", "🙂", "...", "a..b", "x".repeat(200)])(
  "%s is a name",
  (name) => {
    expect(isRemoteName(name)).toBe(true);
  },
);

test.each(["", ".", "..", "a/b", "a\\b", "a:b", "a b", "a\nb", "a\0b", "a\u202Eb", "x".repeat(201), "\ud800"])(
  "%j is none",
  (name) => {
    expect(isRemoteName(name)).toBe(false);
  },
);
