import { inspect } from "node:util";
import { expect, test } from "vitest";
import { formatJoinToken, parseJoinToken } from "./join-token.ts";
import { formatTrustToken, parseTrustToken } from "./trust-token.ts";

const now = Date.UTC(2026, 0, 1);
const wire = {
  client_name: "laptop",
  fingerprint: "ab".repeat(32),
  addresses: ["10.0.0.1:8443", "[fd42::1]:8443"],
  secret: "planted-secret",
  expires_at: "2026-01-01T02:00:00.123456789+01:00",
};
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");
const options = { now: () => now };

function failureOf(run: () => unknown): { code: string; message: string } {
  let error: unknown;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  const shown = inspect(error, { depth: 9, showHidden: true });
  expect(shown).toContain("CertificateError");
  expect(shown).not.toContain("planted");
  expect(shown).not.toContain(Buffer.from("planted").toString("base64").slice(0, 8));
  return error as { code: string; message: string };
}

test("a trust token is read", () => {
  expect(parseTrustToken(encode(wire), options)).toEqual({
    clientName: "laptop",
    fingerprint: "ab".repeat(32),
    addresses: ["10.0.0.1:8443", "[fd42::1]:8443"],
    secret: "planted-secret",
    expiresAt: new Date(Date.UTC(2026, 0, 1, 1, 0, 0, 123)),
  });
});

test("Go's zero time, null and nothing mean that a token does not expire", () => {
  for (const expires_at of ["0001-01-01T00:00:00Z", null, undefined]) {
    expect(parseTrustToken(encode({ ...wire, expires_at }), options).expiresAt).toBeUndefined();
  }
});

test("what newer servers add is kept or left out", () => {
  const token = parseTrustToken(encode({ ...wire, type: "client", further: { field: 1 } }), options);
  expect(token.type).toBe("client");
  expect(token).not.toHaveProperty("further");
  expect(JSON.parse(Buffer.from(formatTrustToken(token), "base64").toString())).toMatchObject({ type: "client" });
});

test("a token without addresses is read: the caller may know one", () => {
  expect(parseTrustToken(encode({ ...wire, addresses: null }), options).addresses).toEqual([]);
});

test("a text that a terminal wrapped is read", () => {
  const text = encode(wire).replaceAll(/.{20}/g, "$&\r\n");
  expect(parseTrustToken(`\n ${text} \n`, options).secret).toBe("planted-secret");
});

test("an expired token is refused unless it is wanted for showing", () => {
  const late = { now: () => Date.UTC(2026, 0, 1, 1, 0, 0, 123) };
  expect(failureOf(() => parseTrustToken(encode(wire), late))).toMatchObject({
    code: "TOKEN_EXPIRED",
    message: "the trust token expired at 2026-01-01T01:00:00.123Z",
  });
  expect(parseTrustToken(encode(wire), { ...late, acceptExpired: true }).clientName).toBe("laptop");
});

test("a join token is read and written; the two kinds are told apart", () => {
  const { client_name: _name, ...rest } = wire;
  const text = encode({ server_name: "n2", ...rest });
  const token = parseJoinToken(text, options);
  expect(token.serverName).toBe("n2");
  expect(parseJoinToken(formatJoinToken(token), options)).toEqual(token);
  expect(failureOf(() => parseTrustToken(text, options)).message).toContain("it is a join token");
  expect(failureOf(() => parseJoinToken(encode(wire), options)).message).toContain("it is a trust token");
});

test.each([
  ["empty", ""],
  ["white space", " \n "],
  ["not base64", "planted secret!"],
  ["base64 for URLs", encode({ ...wire, client_name: "???>>>" }).replaceAll("/", "_")],
  ["padding missing", encode({ ...wire, client_name: "abc" }).replace(/=+$/, "")],
  ["not JSON", Buffer.from('{"secret":"planted').toString("base64")],
  ["not UTF-8", Buffer.from([0x22, 0xff, 0x22]).toString("base64")],
  ["a list", encode([wire])],
  ["null", encode(null)],
  ["a text", encode("planted")],
  ["no name", encode({ ...wire, client_name: undefined })],
  ["an empty name", encode({ ...wire, client_name: "" })],
  ["a number as secret", encode({ ...wire, secret: 7 })],
  ["an empty secret", encode({ ...wire, secret: "" })],
  ["a short fingerprint", encode({ ...wire, fingerprint: "ab" })],
  ["a fingerprint in capitals", encode({ ...wire, fingerprint: "AB".repeat(32) })],
  ["addresses as text", encode({ ...wire, addresses: "10.0.0.1:8443" })],
  ["a number as address", encode({ ...wire, addresses: [1] })],
  ["an address without port", encode({ ...wire, addresses: ["10.0.0.1"] })],
  ["port 0", encode({ ...wire, addresses: ["10.0.0.1:0"] })],
  ["port 65536", encode({ ...wire, addresses: ["10.0.0.1:65536"] })],
  ["a path in an address", encode({ ...wire, addresses: ["evil/@10.0.0.1:8443"] })],
  ["bare IPv6", encode({ ...wire, addresses: ["fd42::1:8443"] })],
  ["no IPv6 in brackets", encode({ ...wire, addresses: ["[planted]:8443"] })],
  ["a number as time", encode({ ...wire, expires_at: 1 })],
  ["a time in words", encode({ ...wire, expires_at: "tomorrow" })],
  ["a month too many", encode({ ...wire, expires_at: "2026-13-01T00:00:00Z" })],
  ["a type that is no text", encode({ ...wire, type: {} })],
  ["too long", "A".repeat(65_540)],
])("not a token: %s", (_what, text) => {
  expect(text).not.toBe(encode(wire));
  expect(failureOf(() => parseTrustToken(text, options)).code).toBe("BAD_TOKEN");
});
