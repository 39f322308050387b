import { X509Certificate } from "node:crypto";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { certificateFingerprint } from "./fingerprint.ts";
import { createSelfSignedCertificate } from "./self-signed.ts";

test("a server certificate is valid for its names and verifies with its own key", async () => {
  const pair = await createSelfSignedCertificate({
    usage: "server",
    commonName: "root@here",
    dnsNames: ["localhost"],
    ipAddresses: ["127.0.0.1", "::1"],
    now: () => Date.UTC(2026, 0, 1),
    validDays: 30,
  });
  const read = new X509Certificate(pair.certificate);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.publicKey.asymmetricKeyDetails?.namedCurve).toBe("secp384r1");
  expect(read.subject).toBe("O=linuxcontainers.org\nCN=root@here");
  expect(read.checkHost("localhost")).toBe("localhost");
  expect(read.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(read.checkIP("10.0.0.1")).toBeUndefined();
  expect(read.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  expect(read.validTo).toBe("Jan 31 00:00:00 2026 GMT");
  expect(pair.key).toMatch(/^-----BEGIN EC PRIVATE KEY-----/);
});

test("two certificates have different serial numbers and fingerprints", async () => {
  const [a, b] = await Promise.all([
    createSelfSignedCertificate({ usage: "client", commonName: "x" }),
    createSelfSignedCertificate({ usage: "client", commonName: "x" }),
  ]);
  expect(new X509Certificate(a.certificate).serialNumber).not.toBe(new X509Certificate(b.certificate).serialNumber);
  expect(certificateFingerprint(a.certificate)).toMatch(/^[0-9a-f]{64}$/);
  expect(certificateFingerprint(a.certificate)).not.toBe(certificateFingerprint(b.certificate));
});

test("a TLS 1.3 server and client accept each other's certificates", async () => {
  const server = await createSelfSignedCertificate({ usage: "server", commonName: "s", ipAddresses: ["127.0.0.1"] });
  const client = await createSelfSignedCertificate({ usage: "client", commonName: "c" });
  const https = createServer(
    {
      cert: server.certificate,
      key: server.key,
      ca: client.certificate,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: "TLSv1.3",
    },
    (_request, response) => {
      response.end("hello");
    },
  );
  await new Promise<void>((resolve) => {
    https.listen(0, "127.0.0.1", resolve);
  });
  try {
    const { port } = https.address() as AddressInfo;
    const status = await new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port, ca: server.certificate, cert: client.certificate, key: client.key };
      request({ ...options, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(200);
  } finally {
    https.close();
  }
});

test("text that is no certificate has no fingerprint", () => {
  expect(() => certificateFingerprint("nonsense")).toThrow(expect.objectContaining({ code: "BAD_PEM" }));
});
