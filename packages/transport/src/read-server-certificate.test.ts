import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer, type Server } from "node:net";
import { createServer } from "node:tls";
import { type CertificatePair, certificateFingerprint, createSelfSignedCertificate } from "@lxdkit/certificates";
import { afterEach, beforeAll, expect, test } from "vitest";
import { connectHttps } from "./connect-https.ts";
import { readServerCertificate } from "./read-server-certificate.ts";

let pair: CertificatePair;
const opened: Server[] = [];

beforeAll(async () => {
  pair = await createSelfSignedCertificate({ usage: "server", commonName: "s", dnsNames: ["elsewhere"] });
});

afterEach(() => {
  for (const server of opened.splice(0)) server.close();
});

async function listen(server: Server): Promise<string> {
  opened.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

test("gives what the server shows, to nobody in particular and without a word", async () => {
  const server = createServer({ cert: pair.certificate, key: pair.key, requestCert: true, rejectUnauthorized: false });
  const said = new Promise<unknown[]>((resolve) => {
    server.on("secureConnection", (socket) => {
      const seen: unknown[] = [socket.getPeerCertificate()];
      socket.on("data", (chunk) => seen.push(chunk));
      socket.on("error", () => undefined);
      socket.on("close", () => {
        resolve(seen);
      });
    });
    server.on("tlsClientError", () => {
      resolve([{}]);
    });
  });
  const address = await listen(server);
  const shown = await readServerCertificate(address);
  expect(shown.fingerprint).toBe(certificateFingerprint(pair.certificate));
  expect(certificateFingerprint(shown.serverCertificate)).toBe(shown.fingerprint);
  expect(await said).toEqual([{}]);
  // What was read can be pinned as it is.
  const { serverCertificate } = shown;
  await connectHttps({ address, serverCertificate, serverFingerprint: shown.fingerprint }).close();
});

test("goes through a proxy", async () => {
  const address = await listen(createServer({ cert: pair.certificate, key: pair.key }));
  const asked: unknown[] = [];
  const proxy = createHttpServer();
  proxy.on("connect", (request, socket) => {
    asked.push(request.url);
    const onwards = connectTcp(Number(address.split(":")[1]), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(onwards).pipe(socket);
    });
    onwards.on("error", () => socket.destroy());
    socket.on("error", () => onwards.destroy());
  });
  const shown = await readServerCertificate("server.example", { proxy: await listen(proxy) });
  expect(shown.fingerprint).toBe(certificateFingerprint(pair.certificate));
  expect(asked).toEqual(["server.example:8443"]);
});

test("failures are those of any connection", async () => {
  const plain = await listen(createHttpServer());
  await expect(readServerCertificate(plain)).rejects.toMatchObject({ code: "TLS_FAILED", address: `https://${plain}` });
  await expect(readServerCertificate("nobody.invalid")).rejects.toMatchObject({ code: "HOST_NOT_FOUND" });
  await expect(readServerCertificate("a b")).rejects.toMatchObject({ code: "BAD_ADDRESS" });
  await expect(readServerCertificate("h", { proxy: "socks5://h" })).rejects.toMatchObject({ code: "BAD_PROXY" });
});

test("an abort and a time limit end the wait for a server that says nothing", async () => {
  const address = await listen(createTcpServer((socket) => void socket.resume()));
  const limit = readServerCertificate(address, { timeoutMs: 30 });
  await expect(limit).rejects.toMatchObject({ code: "TIMEOUT", address: `https://${address}` });
  const reason = new Error("enough");
  const controller = new AbortController();
  const aborted = readServerCertificate(address, { signal: controller.signal });
  controller.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  await expect(readServerCertificate(address, { signal: controller.signal })).rejects.toBe(reason);
});
