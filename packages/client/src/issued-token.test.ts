import { inspect } from "node:util";
import { operationSchema } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { hideSecret, readIssuedToken } from "./issued-token.ts";

const metadata = { secret: "s3cret", fingerprint: "ab", addresses: ["10.0.0.1:8443"] };

function tokenOperation(more: object) {
  const base = { id: "a", class: "token", status: "Running", status_code: 103 };
  return operationSchema.parse({ ...base, metadata: { ...metadata, ...more } });
}

test("the time of a token is read; the zero time and none mean that it does not expire", () => {
  const read = (more: object) => readIssuedToken(tokenOperation(more), "POST /1.0/certificates");
  expect(read({ expiresAt: "2026-11-24T09:22:48.507503465Z" }).expiresAt).toEqual(new Date("2026-11-24T09:22:48.507Z"));
  expect(read({})).not.toHaveProperty("expiresAt");
  expect(read({ expiresAt: "0001-01-01T00:00:00Z" })).not.toHaveProperty("expiresAt");
});

test("an answer without an operation is no token", () => {
  expect(() => readIssuedToken(undefined, "POST /1.0/certificates")).toThrow(
    expect.objectContaining({ code: "BAD_METADATA", request: "POST /1.0/certificates" }),
  );
});

test("neither inspect nor JSON shows what is hidden, and reading it still gives it", () => {
  const hidden = hideSecret({ name: "n", token: "s3cret" }, { name: "n", token: "[secret]" });
  expect(inspect({ hidden })).not.toContain("s3cret");
  expect(JSON.stringify([hidden])).toBe('[{"name":"n","token":"[secret]"}]');
  expect(hidden.token).toBe("s3cret");
});
