import fc from "fast-check";
import { LxdkitError } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { ensureHostPort, ensureHttps, serverEndpoint } from "./server-address.ts";

// Input, ensureHttps, ensureHostPort; undefined where the address is refused. These are all rows of the table of
// addresses; where the original's result was malformed, ours is repaired (bare IPv6) or refused.
const rows: readonly (readonly [string, string, string | undefined])[] = [
  ["somewhere", "https://somewhere", "https://somewhere:8443"],
  ["http://somewhere", "https://somewhere", "https://somewhere:8443"],
  ["https://somewhere", "https://somewhere", "https://somewhere:8443"],
  ["http://somewhere:0", "https://somewhere:0", "https://somewhere:0"],
  ["https://somewhere:123", "https://somewhere:123", "https://somewhere:123"],
  ["https://somewhere:123/", "https://somewhere:123/", "https://somewhere:123"],
  ["https://somewhere:123///", "https://somewhere:123///", "https://somewhere:123"],
  ["https://somewhere:443", "https://somewhere:443", "https://somewhere:443"],
  ["somewhere:8443", "https://somewhere:8443", "https://somewhere:8443"],
  ["Somewhere", "https://Somewhere", "https://Somewhere:8443"],
  ["10.0.0.1", "https://10.0.0.1", "https://10.0.0.1:8443"],
  ["1.2.3.4/", "https://1.2.3.4/", "https://1.2.3.4:8443"],
  ["[::1]", "https://[::1]", "https://[::1]:8443"],
  ["[::1]:9000", "https://[::1]:9000", "https://[::1]:9000"],
  ["[fe80::1%25eth0]", "https://[fe80::1%25eth0]", "https://[fe80::1%25eth0]:8443"],
  ["user:pw@host", "https://user:pw@host", "https://user:pw@host:8443"],
  ["host/path/", "https://host/path/", "https://host:8443/path"],
  ["host/path?x=1", "https://host/path?x=1", "https://host:8443/path?x=1"],
  ["host#frag", "https://host#frag", "https://host:8443#frag"],
  // The original accepts a port above 65535, no host at all, and an empty port.
  ["host:99999", "https://host:99999", undefined],
  ["", "https://", undefined],
  ["https:///x", "https:///x", undefined],
  ["//host", "https:////host", undefined],
  ["https://somewhere:", "https://somewhere:", undefined],
  // The original takes the last group of a bare IPv6 address for a port.
  ["::1", "https://::1", "https://[::1]:8443"],
  ["2001:db8::1", "https://2001:db8::1", "https://[2001:db8::1]:8443"],
  // It refuses these two, since that is no number; ours repairs every bare IPv6 address alike.
  ["2001:db8::dead", "https://2001:db8::dead", "https://[2001:db8::dead]:8443"],
  ["fe80::1%eth0", "https://fe80::1%eth0", "https://[fe80::1%25eth0]:8443"],
  // The original makes nonsense of other schemes.
  ["HTTP://somewhere", "https://HTTP://somewhere", undefined],
  ["unix:///x", "https://unix:///x", undefined],
  // Here both refuse.
  ["host:port", "https://host:port", undefined],
  ["some where", "https://some where", undefined],
  ["%zz", "https://%zz", undefined],
  ["host%20a", "https://host%20a", undefined],
];

/** The result, or the code of the refusal. */
function outcome(input: string): string {
  try {
    return ensureHostPort(input);
  } catch (error) {
    return LxdkitError.is(error) ? error.code : "another error";
  }
}

test.each(rows)("row 13 of the cases of connections: %j", (input, https, hostPort) => {
  expect(ensureHttps(input)).toBe(https);
  expect(outcome(input)).toBe(hostPort ?? "BAD_ADDRESS");
});

test.each(["admin:secret@host:port", "https://admin:secret/x@host:99999", "a@secret:b@host:x"])(
  "%j: a refused address does not tell the password in it",
  (address) => {
    expect(() => ensureHostPort(address)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("secret") }),
    );
  },
);

test.each([
  ["h", "https://h:8443", "https://h:8443", "h"],
  ["H:443/", "https://H:443", "https://H:443", "h"],
  ["[::1]:9000", "https://[::1]:9000", "https://[::1]:9000", "::1"],
  ["fe80::1%eth0", "https://[fe80::1%25eth0]:8443", "https://[fe80::1]:8443", "fe80::1%eth0"],
  ["[fe80::1%eth0]", "https://[fe80::1%eth0]:8443", "https://[fe80::1]:8443", "fe80::1%eth0"],
  ["bücher", "https://bücher:8443", "https://bücher:8443", "xn--bcher-kva"],
])("the endpoint of %j", (given, address, origin, host) => {
  expect(serverEndpoint(given)).toEqual({ address, origin, host });
});

test.each(["user:pw@h", "h/path", "h?q", "h#f", "999.1.1.1", ""])("there is no endpoint in %j", (address) => {
  expect(() => serverEndpoint(address)).toThrow(expect.objectContaining({ code: "BAD_ADDRESS" }));
});

test("another port is used where the address has none", () => {
  expect(serverEndpoint("h", 443).address).toBe("https://h:443");
  expect(serverEndpoint("h:1", 443).address).toBe("https://h:1");
});

test("whatever is typed, the endpoint is an URL with a host, or the address is refused", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.domain(), fc.ipV4(), fc.ipV6(), fc.webUrl()), (input) => {
      expect(attempt(input)).toMatch(/^BAD_ADDRESS$|^https:$/);
    }),
  );
});

/** The scheme of the endpoint, or the code of the refusal. */
function attempt(input: string): string {
  try {
    const { protocol, hostname } = new URL(serverEndpoint(input).origin);
    return hostname === "" ? "no host" : protocol;
  } catch (error) {
    return LxdkitError.is(error) ? error.code : "another error";
  }
}

test("what is accepted stays as it is the second time, and is an URL with a port", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.domain(), fc.ipV4(), fc.ipV6(), fc.webUrl()), (input) => {
      const once = outcome(input);
      expect(once).toMatch(/^BAD_ADDRESS$|^https:\/\/.+:\d{1,5}/);
      expect(outcome(once)).toBe(once === "BAD_ADDRESS" ? "https://BAD_ADDRESS:8443" : once);
    }),
  );
});
