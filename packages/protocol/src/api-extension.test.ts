import { expect, test } from "vitest";
import { apiExtensions, hasExtension, requireExtension } from "./api-extension.ts";
import { LxdkitError } from "./lxdkit-error.ts";

const server = { api_extensions: ["etag", "network"] };

test("a server has the extensions that it lists", () => {
  expect(hasExtension(server, "network")).toBe(true);
  expect(hasExtension(server, "storage_buckets")).toBe(false);
  expect(hasExtension(server, "toString")).toBe(false);
});

test("the error for a missing extension names it", () => {
  requireExtension(server, "network");
  let thrown: unknown;
  try {
    requireExtension(server, "storage_buckets", "create bucket b1");
  } catch (error) {
    thrown = error;
  }
  expect(LxdkitError.is(thrown)).toBe(true);
  expect(thrown).toMatchObject({
    code: "EXTENSION_MISSING",
    extension: "storage_buckets",
    step: "create bucket b1",
    message: expect.stringContaining('"storage_buckets"'),
    hint: expect.stringContaining("newer server"),
  });
});

test("no extension is named twice", () => {
  expect(new Set(apiExtensions).size).toBe(apiExtensions.length);
});
