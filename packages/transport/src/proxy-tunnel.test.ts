import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { inspect } from "node:util";
import { type CertificatePair, createSelfSignedCertificate } from "@lxdkit/certificates";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { connectHttps, type ConnectHttpsOptions } from "./connect-https.ts";
import type { Connection } from "./connection.ts";
import { parseProxy } from "./proxy-address.ts";
import { openTunnel } from "./proxy-tunnel.ts";
import { serverEndpoint } from "./server-address.ts";

const get = { method: "GET", path: "/1.0" } as const;

let serverPair: CertificatePair;
let proxyPair: CertificatePair;
let opened: Server[];
let address: string;
/** What arrived at the server: TLS from end to end, or nothing. */
let arrived: { readonly protocol: string | null; readonly url: string | undefined }[];
let connects: IncomingMessage[];
let tunnels: Duplex[];

beforeAll(async () => {
  serverPair = await createSelfSignedCertificate({ usage: "server", commonName: "s", dnsNames: ["elsewhere"] });
  proxyPair = await createSelfSignedCertificate({ usage: "server", commonName: "p", ipAddresses: ["127.0.0.1"] });
});

beforeEach(async () => {
  [opened, arrived, connects, tunnels] = [[], [], [], []];
  address = await startServer();
});

afterEach(async () => {
  for (const tunnel of tunnels) tunnel.destroy();
  await Promise.all(
    opened.map(async (server) => {
      if ("closeAllConnections" in server) (server as ReturnType<typeof createHttpServer>).closeAllConnections();
      server.close();
      await once(server, "close");
    }),
  );
});

async function listen(server: Server): Promise<string> {
  opened.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** A server with an events socket and one other protocol. */
async function startServer(): Promise<string> {
  const server = createHttpsServer({ cert: serverPair.certificate, key: serverPair.key }, (request, response) => {
    note(request);
    response.end(JSON.stringify({ type: "sync", metadata: "hello" }));
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    note(request);
    if (request.headers.upgrade === "echo") {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
      socket.pipe(socket);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (events) => {
      events.send("an event");
    });
  });
  return listen(server);
}

function note({ socket, url }: IncomingMessage): void {
  arrived.push({ protocol: (socket as TLSSocket).getProtocol(), url });
}

/** A proxy that opens the way, or answers with another status. */
function startProxy(options: { readonly status?: number; readonly tls?: boolean } = {}): Promise<string> {
  const { status = 200, tls = false } = options;
  const proxy = tls
    ? createHttpsServer({ cert: proxyPair.certificate, key: proxyPair.key })
    : createHttpServer((_request, response) => response.writeHead(400).end());
  proxy.on("connect", (request: IncomingMessage, socket: Duplex) => {
    connects.push(request);
    socket.on("error", () => undefined);
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${String(status)} No\r\nContent-Length: 4\r\n\r\nsaid`);
      return;
    }
    const { hostname, port } = new URL(`https://${request.url ?? ""}`);
    const onwards = connectTcp(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(onwards).pipe(socket);
    });
    onwards.on("error", () => socket.destroy());
    socket.on("close", () => onwards.destroy());
    tunnels.push(socket, onwards);
  });
  return listen(proxy);
}

function connect(options: Partial<ConnectHttpsOptions>): Connection {
  return connectHttps({ address, serverCertificate: serverPair.certificate, ...options });
}

async function failure(options: Partial<ConnectHttpsOptions>): Promise<unknown> {
  await using connection = connect(options);
  return await connection.request(get).catch((error: unknown) => error);
}

test("requests go through the proxy, and the server sees TLS from end to end", async () => {
  const proxy = await startProxy();
  await using connection = connect({ proxy: `http://${proxy}` });
  expect((await connection.request(get)).envelope.metadata).toBe("hello");
  expect(connects.map(({ url, headers }) => [url, headers.host])).toEqual([[address, address]]);
  expect(arrived).toEqual([{ protocol: "TLSv1.3", url: "/1.0" }]);
  // The way is kept for further requests: the pool opens a second one at most.
  for (let count = 0; count < 5; count += 1) await connection.request(get);
  expect(connects.length).toBeLessThanOrEqual(2);
});

test("web sockets and upgrades go through the proxy, too", async () => {
  await using connection = connect({ proxy: await startProxy() });
  const message = await new Promise((resolve, reject) => {
    connection.openWebSocket("/1.0/events", { onMessage: resolve, onClose: reject }).catch(reject);
  });
  expect(message).toBe("an event");
  const stream = await connection.upgrade("/1.0/echo", { protocol: "echo" });
  stream.write("ping");
  expect(String((await once(stream, "data"))[0])).toBe("ping");
  stream.destroy();
  expect(arrived.map(({ url }) => url)).toEqual(["/1.0/events", "/1.0/echo"]);
  expect(connects).toHaveLength(2);
});

test("the pin holds through the proxy: another server gets nothing", async () => {
  const error = await failure({ proxy: await startProxy(), serverCertificate: proxyPair.certificate });
  expect(error).toMatchObject({ code: "TLS_PIN_MISMATCH", address: `https://${address}` });
  expect(connects).toHaveLength(1);
  expect(arrived).toEqual([]);
});

test("the proxy is spoken to in TLS when its address says so, and must then be trusted itself", async () => {
  const proxy = `https://${await startProxy({ tls: true })}`;
  await using connection = connect({ proxy, proxyCa: proxyPair.certificate });
  expect((await connection.request(get)).envelope.metadata).toBe("hello");
  expect(arrived).toEqual([{ protocol: "TLSv1.3", url: "/1.0" }]);
  expect(await failure({ proxy })).toMatchObject({
    code: "PROXY_FAILED",
    proxy,
    message: expect.stringContaining("certificate is not trusted"),
  });
});

test("user name and password reach the proxy, and nobody else", async () => {
  const host = await startProxy();
  await using connection = connect({ proxy: `http://me:pass%20w%C3%B6rd@${host}` });
  await connection.request(get);
  const basic = Buffer.from("me:pass wörd").toString("base64");
  expect(connects[0]?.headers["proxy-authorization"]).toBe(`Basic ${basic}`);
  expect(inspect(connection, { depth: 20, showHidden: true })).not.toMatch(/pass|wörd/);
});

test.each([407, 403, 502])(
  "a proxy that refuses with %i: status and address are told, secrets are not",
  async (status) => {
    const host = await startProxy({ status });
    const error = await failure({ proxy: `http://me:hidden@${host}` });
    expect(error).toMatchObject({
      name: "TransportError",
      code: "PROXY_REFUSED",
      proxyStatus: status,
      proxy: `http://${host}`,
      address: `https://${address}`,
      hint: expect.any(String),
    });
    const shown = inspect(error, { depth: 20, showHidden: true });
    expect(shown).not.toContain("hidden");
    expect(shown).not.toContain(Buffer.from("me:hidden").toString("base64"));
    expect(arrived).toEqual([]);
  },
);

test("a proxy that is not there, that is none, and one that hangs up: each says so", async () => {
  const gone = await startProxy();
  opened.pop()?.close();
  const failed = { code: "PROXY_FAILED", address: `https://${address}` };
  expect(await failure({ proxy: gone })).toMatchObject({
    ...failed,
    proxy: `http://${gone}`,
    message: `cannot connect to https://${address}: the proxy http://${gone} cannot be used: nobody answers at the port`,
  });
  expect(await failure({ proxy: "http://nobody.invalid:1" })).toMatchObject({
    ...failed,
    message: expect.stringContaining("no host of that name"),
  });
  const rude = await listen(createTcpServer((socket) => socket.destroy()));
  expect(await failure({ proxy: rude })).toMatchObject({ ...failed, proxy: `http://${rude}` });
  const babbler = await listen(createTcpServer((socket) => void socket.resume().end("220 hello\r\n")));
  expect(await failure({ proxy: babbler })).toMatchObject({
    ...failed,
    message: expect.stringContaining("does not speak HTTP"),
  });
});

test("a server that the proxy leads to but that does not answer is the server's failure", async () => {
  const rude = await listen(createTcpServer((socket) => socket.destroy()));
  const error = await failure({ address: rude, proxy: await startProxy() });
  expect(error).toMatchObject({ code: "CONNECT_FAILED", address: `https://${rude}` });
  expect(error).not.toHaveProperty("proxy");
});

test("an abort ends the wait for a proxy that says nothing, and closing ends what was begun", async () => {
  let begun = (): void => undefined;
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const ends: Promise<unknown>[] = [];
  const silent = createTcpServer((socket) => {
    ends.push(once(socket.resume(), "close"));
    begun();
  });
  const connection = connect({ proxy: await listen(silent) });
  const controller = new AbortController();
  const opening = connection.openWebSocket("/1.0/events", { onClose: () => undefined, signal: controller.signal });
  await isBegun;
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(opening).rejects.toBe(reason);
  await connection.close();
  expect(await Promise.all(ends)).toHaveLength(1);
});

test("a function is asked for the server's URL, once; false and nothing mean no proxy", async () => {
  const proxy = await startProxy();
  const asked: string[] = [];
  await using connection = connect({
    proxy: (url) => {
      asked.push(url);
      return proxy;
    },
  });
  await connection.request(get);
  expect(asked).toEqual([`https://${address}`]);
  expect(connects).toHaveLength(1);
  for (const none of [false, undefined, "", () => undefined] as const) {
    await using direct = connect({ proxy: none });
    expect((await direct.request(get)).envelope.metadata).toBe("hello");
  }
  expect(connects).toHaveLength(1);
});

test("an environment leads through its proxy, but never to this machine itself", async () => {
  const proxy = await startProxy();
  await using local = connect({ proxy: { environment: { HTTPS_PROXY: proxy } } });
  await local.request(get);
  expect(connects).toHaveLength(0);
  const remote = { address: "server.example", proxy: { environment: { https_proxy: proxy } } };
  await failure(remote);
  expect(connects.map(({ url }) => url)).toEqual(["server.example:8443"]);
});

test.each([
  ["bücher.example", "xn--bcher-kva.example:8443"],
  ["server.example:443", "server.example:443"],
  ["[fe80::1%25eth0]", "[fe80::1]:8443"],
])("the proxy is asked for %s as %s", async (given, asked) => {
  await failure({ address: given, proxy: await startProxy({ status: 403 }) });
  expect(connects.map(({ url }) => url)).toEqual([asked]);
});

test("a proxy that says nothing is waited for no longer than a connection may take", async () => {
  const silent = await listen(createTcpServer((socket) => void socket.resume()));
  const opening = openTunnel(parseProxy(silent), { endpoint: serverEndpoint("server.example"), timeoutMs: 30 });
  await expect(opening).rejects.toMatchObject({
    failure: ["PROXY_FAILED", expect.stringContaining("nobody answered in time"), expect.any(String)],
    proxy: { proxy: `http://${silent}` },
  });
});

test("a proxy whose address is none is refused at once, without its secrets", () => {
  for (const proxy of ["http://me:hidden@", "socks5://me:hidden@h:1", "http://me:hid%den@h", "http://h:99999"]) {
    expect(() => connect({ proxy })).toThrow(
      expect.objectContaining({ code: "BAD_PROXY", message: expect.not.stringMatching(/hidden|hid%/) }),
    );
  }
});
