import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { expect, test, vi } from "vitest";
import {
  type AskPassphrase,
  decryptPrivateKey,
  encryptPrivateKey,
  formatPrivateKey,
  isEncryptedKey,
  readPrivateKey,
} from "./private-key.ts";

const ec = generateKeyPairSync("ec", { namedCurve: "secp384r1" }).privateKey;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const plain = formatPrivateKey(ec);
const code = (expected: string): unknown => expect.objectContaining({ code: expected });

test.each([
  [ec, "EC PRIVATE KEY"],
  [rsa, "RSA PRIVATE KEY"],
])("a key is encrypted in the form that lxc reads and comes back as it was", async (key, label) => {
  const encrypted = encryptPrivateKey(formatPrivateKey(key), "pässword");
  const head = `-----BEGIN ${label}-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,`;
  expect(encrypted.slice(0, head.length)).toBe(head);
  expect(isEncryptedKey(encrypted)).toBe(true);
  const ask = vi.fn<AskPassphrase>(() => Promise.resolve("pässword"));
  expect(await decryptPrivateKey(encrypted, ask, "client.key")).toBe(formatPrivateKey(key));
  expect(ask.mock.calls).toEqual([["client.key"]]);
});

test("nobody is asked for the pass phrase of a key that has none", async () => {
  const ask = vi.fn<AskPassphrase>(() => "x");
  expect(await decryptPrivateKey(plain, ask)).toBe(plain);
  expect(ask).not.toHaveBeenCalled();
});

test("a wrong pass phrase is always told as such, also when the padding fits by chance", { timeout: 60_000 }, () => {
  const encrypted = encryptPrivateKey(plain, "right");
  const codes = new Set<unknown>();
  for (let index = 0; index < 1000; index += 1) {
    try {
      readPrivateKey(encrypted, `wrong-${index}`);
      codes.add("none");
    } catch (error) {
      codes.add((error as { code: string }).code);
    }
  }
  expect([...codes]).toEqual(["WRONG_PASSPHRASE"]);
});

test("no error shows a pass phrase or a key", () => {
  const encrypted = encryptPrivateKey(plain, "planted-right");
  const failures = [() => readPrivateKey(encrypted, "planted-wrong"), () => readPrivateKey(encrypted)];
  failures.push(() => readPrivateKey(plain.replace("MI", "XX")));
  for (const fail of failures) {
    let error: unknown;
    try {
      fail();
    } catch (thrown) {
      error = thrown;
    }
    const shown = inspect(error, { depth: 9, showHidden: true });
    expect(shown).toContain("CertificateError");
    expect(shown).not.toContain("planted");
    expect(shown).not.toContain((plain.split("\n")[2] as string).slice(0, 20));
  }
});

test("an encrypted key needs a pass phrase", () => {
  const encrypted = encryptPrivateKey(plain, "right");
  expect(() => readPrivateKey(encrypted)).toThrow(code("PASSPHRASE_NEEDED"));
  expect(() => encryptPrivateKey(encrypted, "x")).toThrow(code("PASSPHRASE_NEEDED"));
});

test("a pass phrase has 1 to 1024 bytes", () => {
  expect(() => encryptPrivateKey(plain, "")).toThrow(TypeError);
  expect(() => encryptPrivateKey(plain, "é".repeat(513))).toThrow(RangeError);
  const longest = "é".repeat(512);
  expect(readPrivateKey(encryptPrivateKey(plain, longest), longest).equals(ec)).toBe(true);
});

test("PKCS#8 is read, too, encrypted or not", () => {
  const pkcs8 = ec.export({ type: "pkcs8", format: "pem" }) as string;
  const encrypted = ec.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "p" }) as string;
  expect(readPrivateKey(pkcs8).equals(ec)).toBe(true);
  expect(isEncryptedKey(encrypted)).toBe(true);
  expect(readPrivateKey(encrypted, "p").equals(ec)).toBe(true);
});

test("blocks in front of the key are skipped", () => {
  const parameters = "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n";
  expect(readPrivateKey(`text\n${parameters}${plain}`).equals(createPrivateKey(plain))).toBe(true);
});

test.each(["", "text", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])("%j holds no key", (text) => {
  expect(() => isEncryptedKey(text)).toThrow(code("BAD_KEY"));
});

test("forms that cannot be read are named", () => {
  const openSsh = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n";
  const des =
    "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n";
  const edwards = formatPrivateKey(generateKeyPairSync("ed25519").privateKey);
  expect(() => readPrivateKey(openSsh)).toThrow(code("UNSUPPORTED_KEY"));
  expect(() => readPrivateKey(des, "x")).toThrow(code("UNSUPPORTED_KEY"));
  expect(() => encryptPrivateKey(edwards, "x")).toThrow(code("UNSUPPORTED_KEY"));
});
