import { expect, test } from "vitest";
import { connectionFailure } from "./connection-failure.ts";

const connect = (code: string): Error => Object.assign(new Error(`connect ${code} /s`), { code, syscall: "connect" });

test.each([
  ["ENOENT", "SOCKET_NOT_FOUND", "installed and running"],
  ["ENOTDIR", "SOCKET_NOT_FOUND", "not a folder"],
  ["ECONNREFUSED", "SOCKET_REFUSED", "not running"],
  ["EACCES", "SOCKET_FORBIDDEN", "incus-admin"],
  ["ENOTSOCK", "NOT_A_SOCKET", "unix.socket"],
])("%s becomes %s with a way out", (code, ours, hint) => {
  const error = connectionFailure(connect(code), "/s", "GET /1.0");
  expect(error).toMatchObject({ code: ours, address: "/s", request: "GET /1.0", hint: expect.stringContaining(hint) });
  expect(error.message).toContain("/s");
});

test("the reason is found below the wrappings of the HTTP client", () => {
  const wrapped = new Error("fetch failed", { cause: new Error("outer", { cause: connect("EACCES") }) });
  expect(connectionFailure(wrapped, "/s", "GET /").code).toBe("SOCKET_FORBIDDEN");
});

test("another failure to connect keeps its text; one after connecting is a lost connection", () => {
  expect(connectionFailure(connect("EMFILE"), "/s", "GET /")).toMatchObject({ code: "CONNECT_FAILED" });
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" });
  expect(connectionFailure(reset, "/s", "GET /")).toMatchObject({ code: "CONNECTION_LOST", cause: reset });
});
