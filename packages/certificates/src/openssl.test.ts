import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { certificateFingerprint } from "./fingerprint.ts";
import { readPrivateKey } from "./private-key.ts";
import { createSelfSignedCertificate } from "./self-signed.ts";

const program = "openssl";
const hasOpenssl = spawnSync(program, ["version"]).status === 0;

describe.skipIf(!hasOpenssl)(
  `openssl${hasOpenssl ? "" : " (skipped: the program is not installed)"}`,
  { timeout: 60_000 },
  () => {
    let folder: string;
    const file = (name: string): string => join(folder, name);
    const openssl = (...args: string[]): string =>
      execFileSync(program, args, { cwd: folder, stdio: "pipe" }).toString();

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "lxdkit-openssl-"));
    });
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });

    describe.each(["ecdsa", "rsa"] as const)("%s", (keyType) => {
      beforeAll(async () => {
        const pair = await createSelfSignedCertificate({
          usage: "server",
          commonName: "jö@here",
          dnsNames: ["here.example"],
          ipAddresses: ["10.0.0.1", "fd42::1"],
          keyType,
          passphrase: "pass",
        });
        writeFileSync(file("made.crt"), pair.certificate);
        writeFileSync(file("made.key"), pair.key);
      }, 60_000);

      test("verifies the certificate with its own signature", () => {
        expect(openssl("verify", "-x509_strict", "-check_ss_sig", "-CAfile", "made.crt", "made.crt")).toContain("OK");
      });

      test("reads from it what was put in", () => {
        const text = openssl("x509", "-in", "made.crt", "-noout", "-text", "-nameopt", "utf8,-esc_msb,sep_comma_plus");
        expect(text).toContain("Subject: O=linuxcontainers.org,CN=jö@here");
        expect(text).toContain("DNS:here.example, IP Address:10.0.0.1, IP Address:FD42:0:0:0:0:0:0:1");
        expect(text).toContain("TLS Web Server Authentication");
        expect(text).toContain("CA:FALSE");
        expect(text).toContain(keyType === "rsa" ? "sha256WithRSAEncryption" : "ecdsa-with-SHA384");
        expect(text).toContain(keyType === "rsa" ? "Public-Key: (4096 bit)" : "ASN1 OID: secp384r1");
      });

      test("decrypts the key, and it is the certificate's", () => {
        const key = openssl("pkey", "-in", "made.key", "-passin", "pass:pass", "-pubout");
        expect(key).toBe(openssl("x509", "-in", "made.crt", "-noout", "-pubkey"));
      });

      test("row 7: has the same fingerprint", () => {
        const printed = openssl("x509", "-in", "made.crt", "-noout", "-fingerprint", "-sha256");
        const theirs = printed.trim().replace(/^.*=/, "").replaceAll(":", "").toLowerCase();
        expect(certificateFingerprint(openssl("x509", "-in", "made.crt"))).toBe(theirs);
      });
    });

    test("keys that it encrypted in other ways are read", () => {
      openssl("ecparam", "-name", "secp384r1", "-genkey", "-out", "own.key");
      const plain = readPrivateKey(openssl("pkey", "-in", "own.key"));
      for (const cipher of ["-aes128", "-aes192", "-aes256", "-des3"]) {
        const encrypted = openssl("ec", "-in", "own.key", cipher, "-passout", "pass:pass");
        expect(encrypted).toContain("Proc-Type: 4,ENCRYPTED");
        expect(readPrivateKey(encrypted, "pass").equals(plain)).toBe(true);
      }
    });
  },
);
