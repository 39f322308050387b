import { expect, test } from "vitest";
import { LxdkitError } from "./lxdkit-error.ts";
import { MultipleErrors } from "./multiple-errors.ts";

test("an error carries what it was given and nothing else", () => {
  const cause = new Error("inner");
  const error = new LxdkitError("outer", {
    code: "X",
    hint: "do this",
    cause,
    address: "/s",
    request: "GET /",
    step: "go",
  });
  expect(error).toMatchObject({ code: "X", hint: "do this", address: "/s", request: "GET /", step: "go" });
  expect(error.cause).toBe(cause);
  expect(Object.keys(new LxdkitError("bare", { code: "Y" })).toSorted()).toEqual(["code", "name"]);
});

test("errors of another copy of the package are recognised by their brand", () => {
  const foreign = Object.assign(new Error("elsewhere"), { code: "Z", [Symbol.for("lxdkit.error")]: true });
  expect(LxdkitError.is(foreign)).toBe(true);
  expect(LxdkitError.is(new Error("plain"))).toBe(false);
  expect(LxdkitError.is(undefined)).toBe(false);
});

test("several errors keep every one of them", () => {
  const errors = [new Error("a"), new LxdkitError("b", { code: "B" })];
  const all = new MultipleErrors("two failed", errors, { code: "SOME_FAILED" });
  expect(LxdkitError.is(all)).toBe(true);
  expect(all.errors).toEqual(errors);
});
