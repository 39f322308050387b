import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatTrustToken } from "@lxdkit/certificates";
import { expect, test } from "vitest";
import { main as askForTrust } from "./ask-for-trust.ts";
import { main as makeCertificate } from "./make-certificate.ts";

test("make-certificate", async () => {
  expect(await makeCertificate()).toMatch(/^[0-9a-f]{64}$/);
});

test("ask-for-trust", async () => {
  const home = await mkdtemp(join(tmpdir(), "lxdkit-home-"));
  try {
    const addresses = ["10.0.0.1:8443"];
    const token = formatTrustToken({ clientName: "me", fingerprint: "0".repeat(64), addresses, secret: "s" });
    expect(await askForTrust(token, { HOME: home })).toMatchObject({ addresses, body: { trust_token: token } });
  } finally {
    await rm(home, { recursive: true });
  }
});
