import { Writable } from "node:stream";
import { inspect } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { type Certificate, createCertificate, newCertificate } from "./certificate.ts";
import { generateClientCertificate } from "./client-certificate.ts";
import { formatTrustToken } from "./trust-token.ts";

// The numbers in the names are those of the cases of certificates.
const now = Date.UTC(2026, 0, 1);
let made: Certificate;
let other: Certificate;

beforeAll(async () => {
  const options = { name: "juju-client-cert", now: () => now };
  [made, other] = await Promise.all([generateClientCertificate(options), generateClientCertificate(options)]);
});

const code = (expected: string): unknown => expect.objectContaining({ name: "CertificateError", code: expected });

test("row 1: a generated certificate is valid, and its dates are told", () => {
  expect(made.validate({ now: () => now + 1000 })).toEqual({
    fingerprint: made.fingerprint(),
    validFrom: new Date(now),
    validTo: new Date(now + 87_600 * 3_600_000),
    remainingMs: 87_600 * 3_600_000 - 1000,
  });
});

test("rows 2 to 4: what is missing is told, the certificate first", () => {
  expect(() => newCertificate(made.certificatePem, "").validate()).toThrow(code("KEY_MISSING"));
  expect(() => newCertificate("", made.keyPem).validate()).toThrow(code("CERTIFICATE_MISSING"));
  expect(() => newCertificate("", "").validate()).toThrow("missing cert PEM");
});

test("row 5: texts that are neither certificate nor key are not valid", () => {
  // The original accepts any text here; a server would not.
  expect(() => newCertificate("text", "text").validate()).toThrow(code("BAD_PEM"));
  expect(() => newCertificate(made.certificatePem, "text").validate({ now: () => now })).toThrow(code("BAD_KEY"));
});

test("key and certificate must belong together", () => {
  const mixed = newCertificate(made.certificatePem, other.keyPem);
  expect(() => mixed.validate({ now: () => now })).toThrow(code("KEY_MISMATCH"));
});

test("a certificate is valid from its first to its last second", () => {
  const { validTo } = made.validate({ now: () => now });
  expect(made.validate({ now: () => validTo.getTime() }).remainingMs).toBe(0);
  expect(() => made.validate({ now: () => validTo.getTime() + 1 })).toThrow(code("CERTIFICATE_EXPIRED"));
  expect(() => made.validate({ now: () => now - 1 })).toThrow(code("CERTIFICATE_NOT_YET_VALID"));
});

test("row 6: the texts are written as they are", async () => {
  let written = "";
  const out = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  const certificate = newCertificate("no newline at the end", "\r\nkey");
  await certificate.writeCertificatePem(out);
  await certificate.writeKeyPem(out);
  expect(written).toBe("no newline at the end\r\nkey");
});

test("row 6: what the writer fails with is passed on", async () => {
  const full = new Error("disk full");
  const out = new Writable({
    write(_chunk, _encoding, done) {
      done(full);
    },
  });
  out.on("error", () => {});
  await expect(made.writeKeyPem(out)).rejects.toBe(full);
  const broken = {
    write() {
      throw full;
    },
  };
  await expect(made.writeCertificatePem(broken)).rejects.toBe(full);
});

// Made by openssl, which told the fingerprint too.
const knownDer =
  "MIIBmzCCAUGgAwIBAgIUNQ3tXHSYWayn30V9wm9qUSBMahwwCgYIKoZIzj0EAwIwIjEQMA4GA1UECgwHZXhhbXBsZTEOMAwGA1UE" +
  "AwwFa25vd24wIBcNMjYxMTI0MTQ1MjExWhgPMjEyNjEwMzExNDUyMTFaMCIxEDAOBgNVBAoMB2V4YW1wbGUxDjAMBgNVBAMMBWtu" +
  "b3duMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEydT8A9WL53nF8ceobIWEDWVGL4JE+OSiz0bPsTSRkSVJHpENIzt28qpvoYLG" +
  "+TDPP4EbZ32NdSlcAbf0jUnloKNTMFEwHQYDVR0OBBYEFBS3i9XlTZcPV/vGViU/8X8nUWy7MB8GA1UdIwQYMBaAFBS3i9XlTZcP" +
  "V/vGViU/8X8nUWy7MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAM2S97ilthOKPxOAe0xcSLbnf+fP48zbaX2q" +
  "UWUzRmtrAiAojk/wYQm8GFCnk6GUvoqzh3isEEjruIL3/GFnhT4zNQ==";
const knownFingerprint = "350a8b4f543cb6bd45b46c480f8fa4819b0e1b8feda0f7fca038f53c5e8945af";

test("rows 7 and 9: a known certificate is read, and so is its fingerprint", () => {
  const lines = knownDer.replace(/.{64}/g, "$&\n");
  const known = newCertificate(`-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`, "");
  expect(known.x509().raw.toString("base64")).toBe(knownDer);
  expect(known.x509().subject).toBe("O=example\nCN=known");
  expect(known.fingerprint()).toBe(knownFingerprint);
});

test("rows 8, 10 and 11: without a PEM block, the error names the bytes there were", () => {
  expect(() => newCertificate("", "").x509()).toThrow("invalid cert PEM (0 bytes)");
  expect(() => newCertificate("some-invalid-pem", "").x509()).toThrow("invalid cert PEM (16 bytes)");
  expect(() => newCertificate("é", "").fingerprint()).toThrow("invalid cert PEM (2 bytes)");
  expect(() => newCertificate("some-invalid-pem", "").fingerprint()).toThrow(code("BAD_PEM"));
});

test("a block that holds something else is no certificate", () => {
  expect(() => newCertificate(made.keyPem, "").x509()).toThrow(code("BAD_PEM"));
});

test("rows 12 and 13: the first block counts, whatever its label and whatever stands around it", () => {
  const der = made.x509().raw;
  const relabelled = made.certificatePem.replaceAll("CERTIFICATE", "ANYTHING");
  const text = `subject: x\n\n${relabelled}${other.certificatePem}`;
  expect(newCertificate(text, "").x509().raw).toEqual(der);
  expect(newCertificate(text.replaceAll("\n", "\r\n"), "").fingerprint()).toBe(made.fingerprint());
});

test("row 14: the request carries the DER form in base64 and nothing that was not asked for", () => {
  expect(made.asCreateRequest()).toEqual({
    type: "client",
    name: "juju-client-cert",
    certificate: made.x509().raw.toString("base64"),
  });
});

test("row 15: without a PEM block there is no request", () => {
  expect(() => newCertificate("some-invalid-pem", "").asCreateRequest()).toThrow("failed to decode certificate PEM");
});

test("a list of projects makes the client restricted", () => {
  expect(made.asCreateRequest({ projects: ["a"] })).toMatchObject({ restricted: true, projects: ["a"] });
  expect(made.asCreateRequest({ restricted: false })).toMatchObject({ restricted: false });
  expect(() => made.asCreateRequest({ restricted: false, projects: ["a"] })).toThrow(TypeError);
});

const token = formatTrustToken({
  clientName: "c",
  fingerprint: "0".repeat(64),
  addresses: ["10.0.0.1:8443"],
  secret: "planted-secret",
  expiresAt: new Date(now),
});

test.each([
  ["lxd", [], "password"],
  ["lxd", ["explicit_trust_token"], "trust_token"],
  ["incus", [], "trust_token"],
] as const)("a token for %s with extensions %j goes into %s alone", (flavour, apiExtensions, field) => {
  const wrapped = `  ${token.slice(0, 40)}\r\n${token.slice(40)}\n`;
  const body = made.asCreateRequest({ trust: { token: wrapped, flavour, apiExtensions }, now: () => now - 1 });
  expect(body[field]).toBe(token);
  expect(Object.keys(body)).toEqual(["type", "name", "certificate", field]);
});

test("a trust password goes into password", () => {
  expect(made.asCreateRequest({ trust: { password: "p" } }).password).toBe("p");
});

test("a token that is none or too old makes no request", () => {
  const trust = { token, flavour: "incus" } as const;
  expect(() => made.asCreateRequest({ trust, now: () => now })).toThrow(code("TOKEN_EXPIRED"));
  expect(() => made.asCreateRequest({ trust: { ...trust, token: "x" } })).toThrow(code("BAD_TOKEN"));
});

test("showing the value does not show the key", () => {
  const secret = made.keyPem.split("\n")[1] as string;
  expect(inspect(made, { depth: 9, showHidden: true })).not.toContain(secret);
  expect(inspect({ nested: [made] })).toContain("[secret]");
  const { keyPem } = JSON.parse(JSON.stringify(made)) as { keyPem: string };
  expect(keyPem).toBe("[secret]");
  expect(createCertificate({ certificatePem: "", keyPem: "" }).name).toBe("");
});
