import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server as NetServer } from "node:net";
import { networkInterfaces } from "node:os";
import type { TLSSocket } from "node:tls";
import { inspect } from "node:util";
import {
  type CertificatePair,
  createCertificate,
  createSelfSignedCertificate,
  encryptPrivateKey,
} from "@lxdkit/certificates";
import { afterEach, beforeAll, expect, test } from "vitest";
import { connectHttps } from "./connect-https.ts";
import { connectUnix } from "./connect-unix.ts";

let serverPair: CertificatePair;
let clientPair: CertificatePair;
let https: Server | undefined;
let requests: string[] = [];
let hosts: (string | undefined)[] = [];

beforeAll(async () => {
  // Its name is none that the tests connect to, as with a real server that is reached by its IP address.
  serverPair = await createSelfSignedCertificate({ usage: "server", commonName: "s", dnsNames: ["elsewhere"] });
  clientPair = await createSelfSignedCertificate({ usage: "client", commonName: "c" });
});

afterEach(() => {
  https?.closeAllConnections();
  https?.close();
  requests = [];
  hosts = [];
});

/** Starts a server that answers with the fingerprint of the client's certificate. */
async function serve(
  pair: CertificatePair,
  maxVersion: "TLSv1.2" | "TLSv1.3" = "TLSv1.3",
  host = "127.0.0.1",
): Promise<string> {
  const tls = { cert: pair.certificate, key: pair.key, requestCert: true, rejectUnauthorized: false, maxVersion };
  const server = createServer(tls, (request, response) => {
    requests.push(request.url ?? "");
    hosts.push(request.headers.host);
    const peer = (request.socket as TLSSocket).getPeerCertificate();
    response.end(JSON.stringify({ type: "sync", metadata: peer.fingerprint256 ?? "none" }));
  });
  https = server;
  return listen(server, host);
}

async function listen(server: NetServer, host = "127.0.0.1"): Promise<string> {
  await once(server.listen(0, host), "listening");
  const { port } = server.address() as AddressInfo;
  return host.includes(":") ? `[${host}]:${String(port)}` : `${host}:${String(port)}`;
}

test("a pinned server is accepted under any name, and sees the client's certificate", async () => {
  const address = await serve(serverPair);
  const { certificate } = serverPair;
  await using connection = connectHttps({ address, serverCertificate: certificate, clientCertificate: clientPair });
  const { envelope } = await connection.request({ method: "GET", path: "/1.0" });
  expect(envelope.metadata).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect(connection.address).toBe(`https://${address}`);
});

test("the client's certificate may come as the package certificates makes it", async () => {
  const address = await serve(serverPair);
  const clientCertificate = createCertificate({ certificatePem: clientPair.certificate, keyPem: clientPair.key });
  await using connection = connectHttps({ address, insecure: true, clientCertificate });
  const { envelope } = await connection.request({ method: "GET", path: "/1.0" });
  const { fingerprint256 } = clientCertificate.x509();
  expect(envelope.metadata).toBe(fingerprint256);
});

test("a refused server refuses web sockets and upgrades as well", async () => {
  const address = await serve(serverPair);
  await using connection = connectHttps({ address, serverCertificate: clientPair.certificate });
  const refused = { code: "TLS_PIN_MISMATCH", address: `https://${address}` };
  const onClose = (): void => undefined;
  await expect(connection.openWebSocket("/1.0/events", { onClose })).rejects.toMatchObject(refused);
  await expect(connection.upgrade("/1.0/x", { protocol: "sftp" })).rejects.toMatchObject(refused);
  await expect(connection.stream({ method: "GET", path: "/1.0/x" })).rejects.toMatchObject(refused);
  expect(requests).toEqual([]);
});

test("a server that speaks only TLS 1.2 is refused", async () => {
  const address = await serve(serverPair, "TLSv1.2");
  await using connection = connectHttps({ address, serverCertificate: serverPair.certificate });
  await expect(connection.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({ code: "TLS_FAILED" });
});

test("a server that speaks plain HTTP or hangs up at once: each says so", async () => {
  const plain = createHttpServer(() => undefined);
  const listening = await listen(plain);
  await using toPlain = connectHttps({ address: listening, insecure: true });
  await expect(toPlain.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({ code: "TLS_FAILED" });
  plain.closeAllConnections();
  plain.close();

  const rude = createTcpServer((socket) => socket.destroy());
  await using toRude = connectHttps({ address: await listen(rude), insecure: true });
  await expect(toRude.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({
    code: "CONNECT_FAILED",
    message: expect.stringContaining("hung up during the TLS handshake"),
  });
  rude.close();
});

test("a port that nobody listens on says so, also when the name has several addresses", async () => {
  const address = await serve(serverPair);
  https?.close();
  await using connection = connectHttps({ address, insecure: true });
  const refused = { code: "CONNECT_FAILED", hint: expect.stringContaining("core.https_address") };
  await expect(connection.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject(refused);
  await using byName = connectHttps({ address: address.replace("127.0.0.1", "localhost"), insecure: true });
  await expect(byName.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject(refused);
});

test("a name that does not exist says so", async () => {
  await using connection = connectHttps({ address: "nobody.invalid", insecure: true });
  await expect(connection.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({ code: "HOST_NOT_FOUND" });
});

const loopback6 = Object.entries(networkInterfaces()).find(([, addresses]) =>
  addresses?.some(({ address }) => address === "::1"),
)?.[0];

test.skipIf(loopback6 === undefined)("an IPv6 address with a zone reaches the socket, and no URL", async () => {
  const { port } = new URL(`https://${await serve(serverPair, "TLSv1.3", "::1")}`);
  const address = `[::1%25${loopback6 ?? ""}]:${port}`;
  await using connection = connectHttps({ address, serverCertificate: serverPair.certificate });
  expect((await connection.request({ method: "GET", path: "/1.0" })).envelope.metadata).toBe("none");
  expect(connection.address).toBe(`https://${address}`);
  expect(hosts).toEqual([`[::1]:${port}`]);
});

test("an address with a zone that this machine does not have says so", async () => {
  await using connection = connectHttps({ address: "[fe80::1%25nowhere]", insecure: true });
  await expect(connection.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({
    code: "CONNECT_FAILED",
    address: "https://[fe80::1%25nowhere]:8443",
  });
});

test.each([
  ["a b", "BAD_ADDRESS"],
  ["user:pw@h", "BAD_ADDRESS"],
  ["h/1.0", "BAD_ADDRESS"],
])("the address %j is refused at once", (address, code) => {
  expect(() => connectHttps({ address })).toThrow(expect.objectContaining({ code }));
});

test("a client certificate that cannot be used is refused at once", async () => {
  const { certificate, key } = clientPair;
  const encrypted = encryptPrivateKey(key, "pass phrase");
  const cases: readonly (readonly [CertificatePair, string])[] = [
    [{ certificate: "", key }, "CERTIFICATE_MISSING"],
    [{ certificate, key: "" }, "KEY_MISSING"],
    [{ certificate: "text", key }, "BAD_PEM"],
    [{ certificate, key: "text" }, "BAD_KEY"],
    [{ certificate, key: serverPair.key }, "KEY_MISMATCH"],
    [{ certificate, key: encrypted }, "PASSPHRASE_NEEDED"],
  ];
  for (const [clientCertificate, code] of cases) {
    expect(() => connectHttps({ address: "h", clientCertificate })).toThrow(expect.objectContaining({ code }));
    const { certificate: certificatePem, key: keyPem } = clientCertificate;
    expect(() => connectHttps({ address: "h", clientCertificate: { certificatePem, keyPem } })).toThrow(
      expect.objectContaining({ code }),
    );
  }
});

test("showing a connection or its errors does not show the key", async () => {
  const address = await serve(serverPair);
  await using connection = connectHttps({ address, clientCertificate: clientPair });
  const error: unknown = await connection.request({ method: "GET", path: "/1.0" }).catch((reason: unknown) => reason);
  const secret = clientPair.key.split("\n")[1] as string;
  const shown = [connection, error].map((value) => inspect(value, { depth: 20, showHidden: true })).join("\n");
  expect(shown).toContain("TLS_UNTRUSTED");
  expect(shown).not.toContain(secret);
});

test("the unix connection explains failures in its own words", async () => {
  await using connection = connectUnix({ socketPath: "/nowhere/socket" });
  await expect(connection.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({ code: "SOCKET_NOT_FOUND" });
});
