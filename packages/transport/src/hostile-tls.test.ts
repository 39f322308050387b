import { createServer as createNetServer, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { type CertificatePair, createSelfSignedCertificate } from "@lxdkit/certificates";
import { beforeAll, expect, test } from "vitest";
import { connectHttps } from "./connect-https.ts";
import type { Connection } from "./connection.ts";
import { openStage, outcome, type Stage, type StagedServer, sync } from "./stage.test-support.ts";

let pair: CertificatePair;
let otherPair: CertificatePair;

beforeAll(async () => {
  pair = await createSelfSignedCertificate({ usage: "server", commonName: "s" });
  otherPair = await createSelfSignedCertificate({ usage: "server", commonName: "s" });
});

const get = { method: "GET", path: "/1.0", retries: 0 } as const;
const silent = { onClose: () => expect.fail("it was never open") };

/** Everything that opens a socket, tried once. */
async function outcomes(connection: Connection): Promise<unknown[]> {
  const calls = [
    () => connection.request(get),
    () => connection.stream(get),
    () => connection.request({ method: "POST", path: "/1.0", content: Buffer.from("secret") }),
    () => connection.openWebSocket("/1.0/events", silent),
    () => connection.upgrade("/1.0/sftp", { protocol: "sftp" }),
  ];
  const errors: unknown[] = [];
  for (const call of calls) errors.push((await outcome(call())).error);
  return errors;
}

/** A TLS server and what it could read. */
async function listening(on: Stage, { certificate, key }: CertificatePair, options: TlsOptions = {}) {
  const read: string[] = [];
  const server = createTlsServer({ cert: certificate, key, ...options }, (socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => {
      read.push(bytes.toString());
      const body = sync(1);
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`);
    });
  });
  return { ...(await on.tcp(server)), server, read };
}

test("a certificate that has expired is refused, pinned or not, before a byte of a request", async () => {
  await using on = await openStage();
  const lastYear = (): number => Date.now() - 365 * 86_400_000;
  const expired = await createSelfSignedCertificate({
    usage: "server",
    commonName: "s",
    ipAddresses: ["127.0.0.1"],
    validDays: 1,
    now: lastYear,
  });
  const { address, read } = await listening(on, expired);
  for (const serverCertificate of [expired.certificate, undefined]) {
    const connection = on.keep(connectHttps({ address, serverCertificate }));
    for (const error of await outcomes(connection)) {
      expect(error).toMatchObject({
        code: "TLS_UNTRUSTED",
        address: `https://${address}`,
        request: expect.any(String),
      });
    }
  }
  expect(read).toEqual([]);
});

test("a certificate that is swapped between two requests is refused before a byte of the second", async () => {
  await using on = await openStage();
  const { address, server, read, sockets, gone } = await listening(on, pair);
  const connection = on.keep(connectHttps({ address, serverCertificate: pair.certificate }));
  expect((await connection.request(get)).status).toBe(200);
  expect(read).toHaveLength(1);

  server.setSecureContext({ cert: otherPair.certificate, key: otherPair.key });
  for (const socket of sockets) socket.destroy();
  await gone();
  for (const error of await outcomes(connection)) {
    expect(error).toMatchObject({ code: "TLS_PIN_MISMATCH", address: `https://${address}` });
  }
  expect(read).toHaveLength(1);
  expect(sockets.length).toBeGreaterThan(5);
});

test("another server that takes over the port is refused before a byte of a request", async () => {
  await using on = await openStage();
  const first = await listening(on, pair);
  const port = Number(first.address.split(":")[1]);
  const connection = on.keep(connectHttps({ address: first.address, serverCertificate: pair.certificate }));
  expect((await connection.request(get)).status).toBe(200);
  for (const socket of first.sockets) socket.destroy();
  await new Promise((resolve) => first.server.close(resolve));

  const read: string[] = [];
  const server = createTlsServer({ cert: otherPair.certificate, key: otherPair.key }, (socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => read.push(bytes.toString()));
  });
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  for (const error of await outcomes(connection)) expect(error).toMatchObject({ code: "TLS_PIN_MISMATCH" });
  expect(read).toEqual([]);
  await connection.close();
  await new Promise((resolve) => server.close(resolve));
});

/** A server that does not get as far as TLS. */
async function below(on: Stage, onSocket: (socket: Socket) => void): Promise<[StagedServer, Connection]> {
  const staged = await on.tcp(createNetServer(onSocket));
  return [staged, on.keep(connectHttps({ address: staged.address, serverCertificate: pair.certificate }))];
}

test("a port that says nothing at all is a time-out, and leaves no socket", async () => {
  await using on = await openStage();
  const [staged, connection] = await below(on, (socket) => void socket.resume());
  const { error, ms } = await outcome(connection.request({ ...get, timeoutMs: 50 }));
  expect(error).toMatchObject({ code: "TIMEOUT", request: "GET /1.0" });
  const options = { ...silent, timeoutMs: 50, protocol: "sftp" };
  expect((await outcome(connection.openWebSocket("/1.0/events", options))).error).toMatchObject({ code: "TIMEOUT" });
  expect((await outcome(connection.upgrade("/1.0/sftp", options))).error).toMatchObject({ code: "TIMEOUT" });
  expect(ms).toBeLessThan(1_000);
  await connection.close();
  await staged.gone();
});

test.each([
  ["speaks without TLS", (socket: Socket): void => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), "TLS_FAILED"],
  ["hangs up", (socket: Socket): void => void socket.end(), expect.stringMatching(/^CONNECT/)],
  ["resets", (socket: Socket): void => void socket.resetAndDestroy(), expect.stringMatching(/^CONNECT/)],
])("a port that %s is told apart", async (_name, onSocket, code) => {
  await using on = await openStage();
  const [, connection] = await below(on, (socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      onSocket(socket);
    });
  });
  for (const error of await outcomes(connection)) {
    expect(error).toMatchObject({ name: "TransportError", code, request: expect.any(String) });
  }
});

test("a server that demands a client certificate ends the connection after the handshake", async () => {
  await using on = await openStage();
  const { address, read } = await listening(on, pair, { requestCert: true, rejectUnauthorized: true });
  const connection = on.keep(connectHttps({ address, serverCertificate: pair.certificate }));
  for (const error of await outcomes(connection)) {
    expect(error).toMatchObject({ name: "TransportError", code: expect.any(String), request: expect.any(String) });
  }
  expect(read).toEqual([]);
});
