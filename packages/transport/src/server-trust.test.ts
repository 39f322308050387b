import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { type CertificatePair, certificateFingerprint, createSelfSignedCertificate } from "@lxdkit/certificates";
import { afterEach, beforeAll, expect, test } from "vitest";
import { connectHttps, type ConnectHttpsOptions } from "./connect-https.ts";

const request = { method: "GET", path: "/1.0" } as const;
const body = JSON.stringify({ type: "sync", metadata: "hello" });
const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`;

let pinned: CertificatePair;
let other: CertificatePair;
let local: CertificatePair;
let server: Server | undefined;

beforeAll(async () => {
  const make = (dnsNames: readonly string[], ipAddresses: readonly string[] = []): Promise<CertificatePair> =>
    createSelfSignedCertificate({ usage: "server", commonName: "s", dnsNames, ipAddresses });
  // Its name is none that the tests connect to, as with a real server that is reached by its IP address.
  pinned = await make(["elsewhere"]);
  other = await make(["elsewhere"]);
  local = await make(["localhost"], ["127.0.0.1"]);
});

afterEach(() => {
  server?.close();
});

interface Outcome {
  /** What the server said, or the code of the failure. */
  readonly result: unknown;
  /** What the server received beyond the handshake. */
  readonly bytes: number;
}

/** Sends one request to a server that shows a certificate, and waits until the server has seen the end of it. */
async function ask(shown: CertificatePair, options: Omit<ConnectHttpsOptions, "address">): Promise<Outcome> {
  let bytes = 0;
  const listening = createServer({ cert: shown.certificate, key: shown.key });
  server = listening;
  const isOver = new Promise<void>((resolve) => {
    // A client that does not like what it sees may be gone before the handshake is over for the server.
    listening.on("tlsClientError", () => {
      resolve();
    });
    listening.on("secureConnection", (socket) => {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        resolve();
      });
      socket.on("data", (chunk) => {
        bytes += chunk.length;
        socket.write(answer);
      });
    });
  });
  await once(listening.listen(0, "127.0.0.1"), "listening");
  const address = `127.0.0.1:${String((listening.address() as AddressInfo).port)}`;
  const connection = connectHttps({ address, ...options });
  const result = await connection.request(request).then(
    ({ envelope }) => envelope.metadata,
    (error: unknown) => (error as { code: string }).code,
  );
  await connection.close();
  await isOver;
  return { result, bytes };
}

/** Upper case and colons, as openssl prints it. */
function withColons(fingerprint: string): string {
  return fingerprint.toUpperCase().replace(/..(?!$)/g, "$&:");
}

test("the pinned certificate is accepted whatever its name, by PEM and by fingerprint", async () => {
  const accepted = { result: "hello", bytes: expect.any(Number) };
  const fingerprint = certificateFingerprint(pinned.certificate);
  expect(await ask(pinned, { serverCertificate: pinned.certificate })).toEqual(accepted);
  expect(await ask(pinned, { serverFingerprint: fingerprint })).toEqual(accepted);
  expect(await ask(pinned, { serverFingerprint: withColons(fingerprint) })).toEqual(accepted);
  expect((await ask(pinned, { serverFingerprint: fingerprint })).bytes).toBeGreaterThan(0);
});

test("a swapped certificate gets not one byte of the request", async () => {
  const refused = { result: "TLS_PIN_MISMATCH", bytes: 0 };
  expect(await ask(other, { serverCertificate: pinned.certificate })).toEqual(refused);
  expect(await ask(other, { serverFingerprint: certificateFingerprint(pinned.certificate) })).toEqual(refused);
});

test("without a pin the certificate must be trusted and have the name; the server gets not one byte else", async () => {
  expect(await ask(local, {})).toEqual({ result: "TLS_UNTRUSTED", bytes: 0 });
  expect(await ask(local, { ca: other.certificate })).toEqual({ result: "TLS_UNTRUSTED", bytes: 0 });
  expect(await ask(pinned, { ca: pinned.certificate })).toEqual({ result: "TLS_UNTRUSTED", bytes: 0 });
  expect(await ask(local, { ca: local.certificate })).toMatchObject({ result: "hello" });
});

test("with an authority and a pin, either will do, and nothing else", async () => {
  const serverCertificate = pinned.certificate;
  expect(await ask(local, { ca: local.certificate, serverCertificate })).toMatchObject({ result: "hello" });
  expect(await ask(pinned, { ca: local.certificate, serverCertificate })).toMatchObject({ result: "hello" });
  const refused = { result: "TLS_PIN_MISMATCH", bytes: 0 };
  expect(await ask(other, { ca: local.certificate, serverCertificate })).toEqual(refused);
  // Signed by the authority, but for another name.
  expect(await ask(other, { ca: other.certificate, serverCertificate })).toEqual(refused);
});

test("insecure accepts every certificate, when asked to alone", async () => {
  expect(await ask(other, { insecure: true })).toMatchObject({ result: "hello" });
  const address = "h";
  const { certificate: serverCertificate } = pinned;
  expect(() => connectHttps({ address, insecure: true, serverCertificate })).toThrow(TypeError);
  expect(() => connectHttps({ address, insecure: true, serverFingerprint: "ab".repeat(32) })).toThrow(TypeError);
  expect(() => connectHttps({ address, insecure: true, ca: serverCertificate })).toThrow(TypeError);
  expect(() => connectHttps({ address, serverCertificate, serverFingerprint: "ab".repeat(32) })).toThrow(TypeError);
});

test("a pinned certificate must not have expired, nor begin later", async () => {
  const day = 86_400_000;
  const at = (now: number): Promise<CertificatePair> =>
    createSelfSignedCertificate({ usage: "server", commonName: "s", validDays: 1, now: () => now });
  const refused = { result: "TLS_UNTRUSTED", bytes: 0 };
  const past = await at(Date.now() - 2 * day);
  expect(await ask(past, { serverCertificate: past.certificate })).toEqual(refused);
  const future = await at(Date.now() + day);
  expect(await ask(future, { serverCertificate: future.certificate })).toEqual(refused);
});

test.each([
  [{ serverCertificate: "text" }, "BAD_PEM"],
  [{ serverCertificate: "" }, "BAD_PEM"],
  [{ ca: "text" }, "BAD_PEM"],
  [{ serverFingerprint: "ab".repeat(31) }, "BAD_FINGERPRINT"],
  [{ serverFingerprint: "zz".repeat(32) }, "BAD_FINGERPRINT"],
  [{ serverFingerprint: "" }, "BAD_FINGERPRINT"],
])("%j is refused before anything is sent: %s", (options, code) => {
  expect(() => connectHttps({ address: "h", ...options })).toThrow(expect.objectContaining({ code }));
});

const program = "openssl";
const hasOpenssl = spawnSync(program, ["version"]).status === 0;

test.skipIf(!hasOpenssl)("a certificate that an authority signed can be pinned, and trusted through it", async () => {
  const cwd = await mkdtemp(join(tmpdir(), "lxdkit-authority-"));
  try {
    const openssl = (args: string): void => void execFileSync(program, args.split(" "), { cwd, stdio: "pipe" });
    const key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    await writeFile(join(cwd, "names"), "subjectAltName=IP:127.0.0.1\n");
    openssl(`req -x509 ${key} -keyout ca.key -out ca.crt -subj /CN=authority -days 2`);
    openssl(`req ${key} -keyout s.key -out s.csr -subj /CN=server`);
    openssl("x509 -req -in s.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out s.crt -days 1 -extfile names");
    const read = (name: string): Promise<string> => readFile(join(cwd, name), "utf8");
    const shown = { certificate: await read("s.crt"), key: await read("s.key") };
    expect(await ask(shown, { serverCertificate: shown.certificate })).toMatchObject({ result: "hello" });
    expect(await ask(shown, { ca: await read("ca.crt") })).toMatchObject({ result: "hello" });
    // The authority itself is not the certificate that was pinned.
    const pin = { serverCertificate: await read("ca.crt") };
    expect(await ask(shown, pin)).toEqual({ result: "TLS_PIN_MISMATCH", bytes: 0 });
    expect(await ask(shown, {})).toEqual({ result: "TLS_UNTRUSTED", bytes: 0 });
  } finally {
    await rm(cwd, { recursive: true });
  }
});
