import { expect, test } from "vitest";
import { ConnectError, connectionFailure, rootCause } from "./connection-failure.ts";
import { explainDial, explainHttps } from "./explain-https.ts";
import { explainRefusal } from "./explain-proxy.ts";
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

// Rows 14 to 17 of the cases of connections; the words of the hints are ours.
test.each([
  [14, "ENOENT", /installed and running.*snap install lxd.*newgrp lxd.*lxd init/],
  [15, "ECONNREFUSED", /not running.*newgrp lxd.*lxd init/],
  [16, "EACCES", /group lxd or incus-admin \(newgrp lxd.*lxd init/],
])("row %i: dialling with %s gives a hint", (_row, code, hint) => {
  expect(connectionFailure(connect(code), explainUnix, where).hint).toMatch(hint);
});

test("row 17: another reason keeps its words; how to install is told only when no connection was made", () => {
  const failed = connectionFailure(Object.assign(new Error("boo!"), { syscall: "connect" }), explainUnix, where);
  expect(failed).toMatchObject({ code: "CONNECT_FAILED", hint: expect.stringContaining("snap install lxd") });
  expect(failed.message).toBe("cannot connect to /s: boo!");
  // The original would tell to install what has just answered.
  const lost = connectionFailure(new Error("boo!"), explainUnix, where);
  expect(lost).toMatchObject({ code: "CONNECTION_LOST", message: "lost the connection during GET /: boo!" });
  expect(lost.hint).toBeUndefined();
});

const codes = (code: string): NodeJS.ErrnoException => Object.assign(new Error("x"), { code });

test.each([
  ["ECONNREFUSED", "CONNECT_FAILED", "core.https_address"],
  ["ENOTFOUND", "HOST_NOT_FOUND", "DNS"],
  ["EAI_AGAIN", "HOST_NOT_FOUND", "DNS"],
  ["ENETUNREACH", "CONNECT_FAILED", "network"],
  ["UND_ERR_CONNECT_TIMEOUT", "CONNECT_FAILED", "firewall"],
  ["ECONNRESET", "CONNECT_FAILED", "HTTPS port"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "TLS_UNTRUSTED", "Pin the certificate"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "TLS_UNTRUSTED", "Pin the certificate"],
  ["CERT_HAS_EXPIRED", "TLS_UNTRUSTED", "Renew"],
  ["CERT_NOT_YET_VALID", "TLS_UNTRUSTED", "clocks"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "TLS_UNTRUSTED", "Use a name"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "TLS_FAILED", "HTTPS port"],
  ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "TLS_FAILED", "HTTPS port"],
  ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "TLS_CLIENT_REFUSED", "certificate that it accepts"],
  ["EMFILE", "CONNECT_FAILED", "network"],
])("over HTTPS, connecting that fails with %s is %s with a hint", (code, ours, hint) => {
  expect(explainDial(codes(code))).toEqual([ours, expect.any(String), expect.stringContaining(hint)]);
});

test.each([
  ["ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", "TLS_CLIENT_REFUSED"],
  ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "TLS_CLIENT_REFUSED"],
  ["ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR", "TLS_FAILED"],
  ["ECONNRESET", undefined],
])("over HTTPS, %s after connecting is %s", (code, ours) => {
  expect(explainHttps(codes(code))?.[0]).toBe(ours);
});

test("of several attempts on the addresses of one name, the last one tells", () => {
  const attempts = Object.assign(new AggregateError([connect("ENETUNREACH"), connect("ECONNREFUSED")]), {
    code: "ENETUNREACH",
  });
  expect(rootCause(new ConnectError("no connection", { cause: attempts }))).toMatchObject({ code: "ECONNREFUSED" });
  expect(connectionFailure(attempts, explainUnix, where)).toMatchObject({ code: "SOCKET_REFUSED" });
});

test.each([
  [407, false, "user:password@"],
  [407, true, "does not accept"],
  [403, false, "rules"],
  [502, false, "cannot reach the server"],
])("a proxy that refuses with %i (credentials sent: %j) gives a hint", (status, sent, hint) => {
  expect(explainRefusal(status, "http://p:1", sent)).toEqual([
    "PROXY_REFUSED",
    `the proxy http://p:1 refused with status ${String(status)}`,
    expect.stringContaining(hint),
  ]);
});
