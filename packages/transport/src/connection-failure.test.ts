import { expect, test } from "vitest";
import { connectionFailure } from "./connection-failure.ts";
import { explainHttps, pinMismatch } from "./explain-https.ts";
import { explainUnix } from "./explain-unix.ts";

const connect = (code: string): Error => Object.assign(new Error(`connect ${code} /s`), { code, syscall: "connect" });

const where = { address: "/s", request: "GET /" };

test.each([
  ["ENOENT", "SOCKET_NOT_FOUND", "installed and running"],
  ["ENOTDIR", "SOCKET_NOT_FOUND", "not a folder"],
  ["ECONNREFUSED", "SOCKET_REFUSED", "not running"],
  ["EACCES", "SOCKET_FORBIDDEN", "incus-admin"],
  ["ENOTSOCK", "NOT_A_SOCKET", "unix.socket"],
])("%s becomes %s with a way out", (code, ours, hint) => {
  const error = connectionFailure(connect(code), explainUnix, { address: "/s", request: "GET /1.0" });
  expect(error).toMatchObject({ code: ours, address: "/s", request: "GET /1.0", hint: expect.stringContaining(hint) });
  expect(error.message).toContain("/s");
});

test("the reason is found below the wrappings of the HTTP client", () => {
  const wrapped = new Error("fetch failed", { cause: new Error("outer", { cause: connect("EACCES") }) });
  expect(connectionFailure(wrapped, explainUnix, where).code).toBe("SOCKET_FORBIDDEN");
});

test("another failure to connect keeps its text; one after connecting is a lost connection", () => {
  expect(connectionFailure(connect("EMFILE"), explainUnix, where)).toMatchObject({ code: "CONNECT_FAILED" });
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" });
  expect(connectionFailure(reset, explainUnix, where)).toMatchObject({ code: "CONNECTION_LOST", cause: reset });
});

test.each([
  [{ code: "ECONNREFUSED", syscall: "connect" }, false, "CONNECT_FAILED"],
  [{ code: "ENOTFOUND", syscall: "getaddrinfo" }, false, "HOST_NOT_FOUND"],
  [{ code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, false, "TLS_UNTRUSTED"],
  [{ code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, true, "TLS_PIN_MISMATCH"],
  [{ code: pinMismatch }, true, "TLS_PIN_MISMATCH"],
  [{ code: "CERT_HAS_EXPIRED" }, true, "TLS_UNTRUSTED"],
  [{ code: "ERR_SSL_WRONG_VERSION_NUMBER" }, false, "TLS_FAILED"],
  [{ code: "ECONNRESET", syscall: "read" }, false, undefined],
])("over HTTPS %j (pinned: %j) is %s", (fields, isPinned, code) => {
  expect(explainHttps(Object.assign(new Error("x"), fields), { isPinned })?.[0]).toBe(code);
});
