import { LxdkitError } from "@lxdkit/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { firstPemBlock, formatPem, pemBlocks } from "./pem-block.ts";
import { readPrivateKey } from "./private-key.ts";
import { readX509 } from "./read-x509.ts";

const label = fc.stringMatching(/^[A-Z][A-Z0-9 ]{0,20}[A-Z]$/);
const data = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const noise = fc.string({ unit: "binary" }).filter((text) => !text.includes("-----"));

test("blocks are read back, in their order, whatever stands around them", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(noise, label, data)), fc.constantFrom("\n", "\r\n"), (parts, lineEnd) => {
      const text = parts.map(([before, name, der]) => `${before}\n${formatPem(name, der)}`).join("");
      const read = pemBlocks(text.replaceAll("\n", lineEnd));
      expect(read.map((block) => [block.label, block.der])).toEqual(parts.map(([, name, der]) => [name, der]));
    }),
  );
});

test("a damaged block is skipped and the next one is read", () => {
  const good = formatPem("GOOD", Buffer.from("data"));
  for (const bad of [
    "-----BEGIN X-----\n!!!!\n-----END X-----\n",
    "-----BEGIN X-----\nAAA\n-----END X-----\n",
    "-----BEGIN X-----\n-----END X-----\n",
    "-----BEGIN X-----\nAAAA\n-----END Y-----\n",
    "-----BEGIN X-----\nAAAA\n",
    "-----END X-----\n",
    "-----BEGIN -----\n",
  ]) {
    expect(firstPemBlock(bad)).toBeUndefined();
    expect(firstPemBlock(bad + good)?.label).toBe("GOOD");
  }
});

test("whatever the text, reading it throws nothing but errors of lxdkit", { timeout: 60_000 }, () => {
  const line = fc.oneof(
    fc.constantFrom("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "Proc-Type: 4,ENCRYPTED", ""),
    fc.constantFrom("-----BEGIN EC PRIVATE KEY-----", "-----END EC PRIVATE KEY-----", "DEK-Info: AES-256-CBC,00"),
    fc.base64String(),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(
      fc.array(line).map((lines) => lines.join("\n")),
      (text) => {
        for (const read of [readX509, readPrivateKey, (pem: string) => readPrivateKey(pem, "x")]) {
          try {
            expect(read(text)).toBeTypeOf("object");
          } catch (error) {
            if (!LxdkitError.is(error)) throw error;
          }
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test("a megabyte of markers is read in a moment", { timeout: 60_000 }, () => {
  const began = performance.now();
  for (const marker of ["-----BEGIN X-----\n", "-----END X-----\n", "A:\n", "-----BEGIN X-----\n-----END Y-----\n"]) {
    expect(
      pemBlocks(`-----BEGIN X-----\n${marker.repeat(1_000_000 / marker.length)}-----END X-----\n`).length,
    ).toBeLessThan(2);
  }
  expect(performance.now() - began).toBeLessThan(10_000);
});
