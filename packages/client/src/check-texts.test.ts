import { expect, test } from "vitest";
import { checkTexts } from "./check-texts.ts";

test.each([
  ["a NUL in a name", { name: "c1\0x" }],
  ["a NUL deep inside", [undefined, { source: { list: ["a", "b\0"] } }]],
  ["a NUL in a key", { config: { "user.a\0": "1" } }],
  ["half a surrogate pair", { name: "a\uD800" }],
])("%s is refused", (_what, value) => {
  expect(() => {
    checkTexts(value, "POST /1.0/instances");
  }).toThrow(expect.objectContaining({ code: "BAD_TEXT", request: "POST /1.0/instances" }));
});

test("all other values pass", () => {
  for (const value of [undefined, null, 5, true, "", "a\nb", "🦑", { a: [null, { b: "\u0001" }] }]) {
    expect(() => {
      checkTexts(value, "GET /1.0");
    }).not.toThrow();
  }
});

test("what the text is stays out of the error", () => {
  expect(() => {
    checkTexts({ password: "secret\0" }, "PUT /1.0");
  }).toThrow(expect.not.objectContaining({ message: expect.stringContaining("secret") as unknown }));
});
