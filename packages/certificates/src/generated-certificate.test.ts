import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { hostname, userInfo } from "node:os";
import fc from "fast-check";
import { expect, test } from "vitest";
import { alternativeNames } from "./alternative-names.ts";
import { serialNumber } from "./certificate-body.ts";
import { generateClientCertificate } from "./client-certificate.ts";
import { createSelfSignedCertificate, signCertificateFor } from "./self-signed.ts";
import { userAtHost } from "./user-at-host.ts";

const client = { usage: "client", commonName: "c" } as const;

test("row 18: a generated certificate is of the kind that lxc makes", async () => {
  const made = await generateClientCertificate();
  const x509 = made.x509();
  expect(createPrivateKey(made.keyPem).asymmetricKeyDetails?.namedCurve).toBe("secp384r1");
  expect(made.keyPem).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
  expect(x509.ca).toBe(false);
  expect(x509.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  expect(Date.parse(x509.validTo) - Date.parse(x509.validFrom)).toBe(3650 * 86_400_000);
  expect(x509.subjectAltName).toBeUndefined();
  // The original leaves the name empty.
  expect(made.name).toBe(`${userInfo().username}@${hostname()}`);
  expect(x509.subject).toBe(`O=linuxcontainers.org\nCN=${made.name}`);
});

test("a user or host that cannot be found out is UNKNOWN", () => {
  const fail = (): string => {
    throw new Error("no entry");
  };
  expect(userAtHost(fail, () => "host")).toBe("UNKNOWN@host");
  expect(
    userAtHost(
      () => "user",
      () => "",
    ),
  ).toBe("user@UNKNOWN");
});

test("a certificate for this host has its name and its loopback addresses", async () => {
  const made = await generateClientCertificate({ isForThisHost: true });
  expect(made.x509().checkHost(hostname())).toBe(hostname());
  expect(made.x509().checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(made.x509().checkIP("::1")).toBe("::1");
});

test("alternative names: link-local ones are left out, and a server without names is unspecified", () => {
  const ipAddresses = ["169.254.1.1", "fe80::1", "fe80::1%eth0", "febf::1"];
  expect(alternativeNames({ usage: "client", ipAddresses })).toEqual([]);
  expect(alternativeNames({ usage: "server", ipAddresses })).toEqual([{ type: 2, value: "unspecified" }]);
  expect(alternativeNames({ usage: "server", ipAddresses: ["::ffff:10.0.0.1", "fec0::1"] })).toEqual([
    { type: 7, ip: "::ffff:a00:1" },
    { type: 7, ip: "fec0::1" },
  ]);
});

test.each([
  { dnsNames: [""] },
  { dnsNames: ["a b"] },
  { dnsNames: ["é"] },
  { ipAddresses: ["x"] },
  { ipAddresses: ["fd42::1%eth0"] },
])("%j are no names for a certificate", async (names) => {
  await expect(createSelfSignedCertificate({ ...client, ...names })).rejects.toThrow(TypeError);
});

test.each([0, -1, Number.NaN, 4_000_000])("%d days cannot be certified", async (validDays) => {
  await expect(createSelfSignedCertificate({ ...client, validDays })).rejects.toThrow(RangeError);
});

test("dates beyond 2049 are written in the longer form", async () => {
  const made = await generateClientCertificate({ validDays: 365 * 100, now: () => Date.UTC(2026, 0, 1) });
  expect(made.validate({ now: () => Date.UTC(2100, 0, 1) }).validTo.getUTCFullYear()).toBe(2125);
});

test.each(["prime256v1", "secp384r1", "secp521r1"])(
  "an existing key on %s can sign its certificate",
  async (namedCurve) => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve });
    const pem = await signCertificateFor(privateKey.export({ type: "sec1", format: "pem" }) as string, client);
    expect(pem).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
  },
);

test("a key of another kind cannot", async () => {
  const key = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  await expect(signCertificateFor(key, client)).rejects.toMatchObject({ code: "UNSUPPORTED_KEY" });
});

test("a serial number is positive and in its shortest form", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (random) => {
      const bytes = Buffer.from(serialNumber(Buffer.from(random)), "hex");
      expect(bytes[0]).toBeLessThan(0x80);
      expect(bytes.length === 1 || bytes[0] !== 0 || (bytes[1] as number) >= 0x80).toBe(true);
      expect(bytes.some((byte) => byte !== 0)).toBe(true);
    }),
  );
  expect(serialNumber(Buffer.alloc(16))).toBe("01");
});

test("any name can be written and is read back", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1 }), async (name) => {
      const made = await generateClientCertificate({ name });
      expect(made.x509().toLegacyObject().subject.CN).toBe(name);
    }),
    { numRuns: 50 },
  );
});
