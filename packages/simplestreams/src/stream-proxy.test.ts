import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { get } from "node:https";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { downloadStreamImage } from "./download-image.ts";
import { findStreamImage } from "./find-stream-image.ts";
import { type SimplestreamsHost, startSimplestreamsHost } from "./testing/index.ts";
import { jammy } from "./testing/jammy-image.ts";

let host: SimplestreamsHost;
let proxy: ReturnType<typeof createServer>;
let address: string;
/** What the proxy was asked, and with which credentials. */
let asked: (readonly [method: string | undefined, target: string | undefined, credentials: string | undefined])[];
/** What the proxy answers instead of opening the way. */
let refusal: number | undefined;
let sockets: Duplex[];

beforeEach(async () => {
  host = await startSimplestreamsHost({ images: [jammy] });
  asked = [];
  refusal = undefined;
  sockets = [];
  const note = ({ method, url, headers }: IncomingMessage): void => {
    asked.push([method, url, headers["proxy-authorization"]]);
  };
  // What is asked of http://images.example, the host answers.
  proxy = createServer((request, response) => {
    note(request);
    const { pathname } = new URL(request.url ?? "");
    get(`${host.url}${pathname}`, { ca: host.certificate }, (answer) => {
      response.writeHead(answer.statusCode ?? 0);
      answer.pipe(response);
    });
  });
  proxy.on("connect", (request, socket) => {
    note(request);
    socket.on("error", () => undefined);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${String(refusal)} No\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`https://${request.url ?? ""}`);
    const onwards = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(onwards).pipe(socket);
    });
    onwards.on("error", () => socket.destroy());
    sockets.push(socket, onwards);
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, "127.0.0.1", resolve);
  });
  address = `127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  proxy.closeAllConnections();
  proxy.close();
  await host.close();
});

/** Downloads and gives the root file system. */
async function download(url: string, via: () => string | undefined): Promise<Buffer> {
  const options = { ca: host.certificate, proxy: via, allowHttp: true };
  const directory = await mkdtemp(join(tmpdir(), "lxdkit-proxy-"));
  try {
    const image = await findStreamImage(url, "jammy", options);
    const { paths } = await downloadStreamImage(url, image, { ...options, directory });
    return await readFile(paths[1] ?? "");
  } finally {
    await rm(directory, { recursive: true });
  }
}

test("documents and files of https hosts come through a tunnel, with the user's name for the proxy alone", async () => {
  expect(await download(host.url, () => `http://me:pass%20w%C3%B6rd@${address}`)).toEqual(jammy.rootfs);
  const credentials = `Basic ${Buffer.from("me:pass wörd").toString("base64")}`;
  const tunnel = ["CONNECT", new URL(host.url).host, credentials];
  expect(asked).toEqual([tunnel, tunnel]);
  expect(JSON.stringify(host.requests)).not.toContain("authorization");
});

test("those of http hosts are asked of the proxy itself", async () => {
  expect(await download("http://images.example", () => address)).toEqual(jammy.rootfs);
  expect(asked.map(([method]) => method)).toEqual(asked.map(() => "GET"));
  expect(asked[0]?.[1]).toBe("http://images.example/streams/v1/index.json");
  expect(asked.length).toBeGreaterThanOrEqual(4);
});

test("which proxy it is, is asked of the function for each host; none is fine", async () => {
  const urls: string[] = [];
  const none = (url: string): undefined => void urls.push(url);
  expect((await findStreamImage(host.url, "jammy", { ca: host.certificate, proxy: none })).os).toBe("ubuntu");
  expect(urls).toEqual([`${host.url}/`]);
  expect(asked).toEqual([]);
});

test("a proxy that refuses, is not there or is none: it is named, its password is not", async () => {
  const failure = (via: string): Promise<unknown> =>
    findStreamImage(host.url, "jammy", { ca: host.certificate, proxy: () => via }).catch((error: unknown) => error);
  refusal = 407;
  const refused = await failure(`http://me:secret@${address}`);
  expect(refused).toMatchObject({
    code: "STREAM_UNREACHABLE",
    message: expect.stringContaining(`the proxy http://${address} refused with status 407`),
  });
  const away = await failure("http://me:secret@127.0.0.1:1");
  expect(away).toMatchObject({
    code: "STREAM_UNREACHABLE",
    message: expect.stringContaining("the proxy http://127.0.0.1:1 cannot be used"),
  });
  const none = await failure("socks5://me:secret@127.0.0.1:1");
  expect(none).toMatchObject({
    code: "STREAM_UNREACHABLE",
    message: expect.stringContaining("proxy's address is none"),
  });
  for (const error of [refused, away, none]) expect((error as Error).message).not.toContain("secret");
});
