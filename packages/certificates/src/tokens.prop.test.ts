import { LxdkitError } from "@lxdkit/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatJoinToken, parseJoinToken } from "./join-token.ts";
import { formatTrustToken, parseTrustToken } from "./trust-token.ts";

const host = fc.oneof(
  fc.ipV4(),
  fc.ipV6().map((ip) => `[${ip}]`),
  fc.domain(),
);
const content = fc.record(
  {
    fingerprint: fc.stringMatching(/^[0-9a-f]{64}$/),
    addresses: fc.array(fc.tuple(host, fc.integer({ min: 1, max: 65_535 })).map(([name, port]) => `${name}:${port}`)),
    secret: fc.string({ minLength: 1, unit: "binary" }),
    expiresAt: fc.date({ min: new Date("1000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
  },
  { requiredKeys: ["fingerprint", "addresses", "secret"] },
);
const name = fc.string({ minLength: 1, unit: "binary" });
const acceptExpired = true;

test("what is written is read back the same", () => {
  fc.assert(
    fc.property(name, fc.option(name, { nil: undefined }), content, (own, type, rest) => {
      const trust = { clientName: own, ...rest, ...(type === undefined ? {} : { type }) };
      const join = { serverName: own, ...rest };
      expect(parseTrustToken(formatTrustToken(trust), { acceptExpired })).toEqual(trust);
      expect(parseJoinToken(formatJoinToken(join), { acceptExpired })).toEqual(join);
    }),
  );
});

const anything = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.base64String(),
  fc.json().map(toBase64),
  fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("base64")),
  // Nearly a token: each field may be right, missing or anything.
  fc
    .record(
      {
        client_name: fc.oneof(name, fc.anything()),
        server_name: fc.oneof(name, fc.anything()),
        fingerprint: fc.oneof(fc.constant("0".repeat(64)), fc.anything()),
        addresses: fc.oneof(fc.constant(["h:1"]), fc.array(fc.anything()), fc.anything()),
        secret: fc.oneof(name, fc.anything()),
        expires_at: fc.oneof(fc.constant("2026-01-01T00:00:00Z"), fc.string(), fc.anything()),
      },
      { requiredKeys: [] },
    )
    .map((value) => toBase64(fc.stringify(value)))
    .chain((text) => fc.constantFrom(text, text.slice(1))),
);

test(
  "whatever is read, nothing but errors of lxdkit is thrown, and a token has what its type says",
  { timeout: 60_000 },
  () => {
    fc.assert(
      fc.property(anything, (text) => {
        for (const parse of [parseTrustToken, parseJoinToken]) {
          try {
            const token = parse(text);
            expect(token.fingerprint).toMatch(/^[0-9a-f]{64}$/);
            expect(token.secret).not.toBe("");
            expect(token.addresses.every((address) => typeof address === "string")).toBe(true);
          } catch (error) {
            if (!LxdkitError.is(error)) throw error;
            expect(["BAD_TOKEN", "TOKEN_EXPIRED"]).toContain(error.code);
          }
        }
      }),
      { numRuns: 2000 },
    );
  },
);

test("a token with one character changed is read or refused, never anything else", { timeout: 60_000 }, () => {
  const text = formatTrustToken({ clientName: "c", fingerprint: "0".repeat(64), addresses: ["h:1"], secret: "s" });
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 3, unit: "binary" }), (at, change) => {
      try {
        expect(parseTrustToken(text.slice(0, at) + change + text.slice(at + 1)).clientName).not.toBe("");
      } catch (error) {
        if (!LxdkitError.is(error)) throw error;
        expect(["BAD_TOKEN", "TOKEN_EXPIRED"]).toContain(error.code);
      }
    }),
    { numRuns: 2000 },
  );
});

function toBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}
