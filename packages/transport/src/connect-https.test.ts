import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { type CertificatePair, createSelfSignedCertificate } from "@lxdkit/certificates";
import { afterEach, beforeAll, expect, test } from "vitest";
import { connectHttps } from "./connect-https.ts";
import { connectUnix } from "./connect-unix.ts";

let serverPair: CertificatePair;
let clientPair: CertificatePair;
let https: Server | undefined;
let requests: string[] = [];

beforeAll(async () => {
  // Its name is none that the tests connect to, as with a real server that is reached by its IP address.
  serverPair = await createSelfSignedCertificate({ usage: "server", commonName: "s", dnsNames: ["elsewhere"] });
  clientPair = await createSelfSignedCertificate({ usage: "client", commonName: "c" });
});

afterEach(() => {
  https?.closeAllConnections();
  https?.close();
  requests = [];
});

/** Starts a server that answers with the fingerprint of the client's certificate. */
async function serve(pair: CertificatePair, maxVersion: "TLSv1.2" | "TLSv1.3" = "TLSv1.3"): Promise<string> {
  const tls = { cert: pair.certificate, key: pair.key, requestCert: true, rejectUnauthorized: false, maxVersion };
  const server = createServer(tls, (request, response) => {
    requests.push(request.url ?? "");
    const peer = (request.socket as TLSSocket).getPeerCertificate();
    response.end(JSON.stringify({ type: "sync", metadata: peer.fingerprint256 ?? "none" }));
  });
  https = server;
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

test("a pinned server is accepted under any name, and sees the client's certificate", async () => {
  const address = await serve(serverPair);
  const { certificate } = serverPair;
  await using connection = connectHttps({ address, serverCertificate: certificate, clientCertificate: clientPair });
  const { envelope } = await connection.request({ method: "GET", path: "/1.0" });
  expect(envelope.metadata).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect(connection.address).toBe(`https://${address}`);
});

test("a server with another certificate than the pinned one gets not one byte", async () => {
  const address = await serve(await createSelfSignedCertificate({ usage: "server", commonName: "s" }));
  await using connection = connectHttps({ address, serverCertificate: serverPair.certificate });
  await expect(connection.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({
    code: "TLS_PIN_MISMATCH",
    address: `https://${address}`,
  });
  expect(requests).toEqual([]);
});

test("without a pin the server must be trusted by the system", async () => {
  const address = await serve(serverPair);
  await using connection = connectHttps({ address });
  await expect(connection.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({ code: "TLS_UNTRUSTED" });
  expect(requests).toEqual([]);
});

test("a server that speaks only TLS 1.2 is refused", async () => {
  const address = await serve(serverPair, "TLSv1.2");
  await using connection = connectHttps({ address, serverCertificate: serverPair.certificate });
  await expect(connection.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({ code: "TLS_FAILED" });
});

test("a port that nobody listens on, a bad address and a bad certificate: each says so", async () => {
  const address = await serve(serverPair);
  https?.close();
  await using connection = connectHttps({ address, serverCertificate: serverPair.certificate });
  await expect(connection.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({ code: "CONNECT_FAILED" });
  expect(() => connectHttps({ address: "a b" })).toThrow(expect.objectContaining({ code: "BAD_ADDRESS" }));
  expect(() => connectHttps({ address, serverCertificate: "x" })).toThrow(expect.objectContaining({ code: "BAD_PEM" }));
});

test("the unix connection explains failures in its own words", async () => {
  await using connection = connectUnix({ socketPath: "/nowhere/socket" });
  await expect(connection.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({ code: "SOCKET_NOT_FOUND" });
});
