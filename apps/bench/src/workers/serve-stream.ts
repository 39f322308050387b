import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createSelfSignedCertificate } from "@lxdkit/certificates";
import type { Flavour } from "@lxdkit/protocol";
import { inventedProducts } from "../invented-products.ts";
import { workerInput } from "../worker.ts";

/** What to serve. */
export interface ServeStreamInput {
  readonly flavour: Flavour;
  /** A products file of LXD images; an invented one when there is none. */
  readonly file?: string;
}

/** Where the stream is. */
export interface ServedStream {
  readonly url: string;
  readonly certificate: string;
  readonly sizeBytes: number;
  /** What its products are from. */
  readonly origin: "real" | "invented";
}

const { flavour, file } = workerInput() as ServeStreamInput;
const text = file === undefined ? JSON.stringify(inventedProducts()) : readFileSync(file, "utf8");
const document = JSON.parse(text) as { readonly products: Record<string, { aliases: string }> };
const jammy = document.products["ubuntu:jammy:amd64:default"];
// What Ubuntu's own servers call it, which is what a series is looked for as.
if (jammy !== undefined) jammy.aliases += ",jammy";
const served = JSON.stringify(document);
const products = Buffer.from(flavour === "lxd" ? served : served.replaceAll("lxd.tar.xz", "incus.tar.xz"));
const entry = { datatype: "image-downloads", path: "streams/v1/images.json", products: Object.keys(document.products) };
const index = Buffer.from(JSON.stringify({ format: "index:1.0", index: { images: entry } }));

const pair = await createSelfSignedCertificate({ usage: "server", commonName: "bench", ipAddresses: ["127.0.0.1"] });
const server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
  const body = request.url === "/streams/v1/index.json" ? index : products;
  const etag = `"${String(body.length)}"`;
  if (request.headers["if-none-match"] === etag) response.writeHead(304, { etag }).end();
  else response.writeHead(200, { etag, "content-type": "application/json" }).end(body);
});
await new Promise<void>((resolve) => {
  server.listen(0, "127.0.0.1", resolve);
});
const { port } = server.address() as AddressInfo;
const line: ServedStream = {
  url: `https://127.0.0.1:${String(port)}`,
  certificate: pair.certificate,
  sizeBytes: products.length,
  origin: file === undefined ? "invented" : "real",
};
process.stdout.write(`${JSON.stringify(line)}\n`);
process.stdin.on("end", () => process.exit(0)).resume();
