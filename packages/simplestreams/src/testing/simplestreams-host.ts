import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";
import { type CertificatePair, createSelfSignedCertificate } from "@lxdkit/certificates";
import { describeImage, type PublishedImage } from "./published-image.ts";
import { buildStreamDocuments, type DescribedImage } from "./stream-documents.ts";

/** Input of {@link startSimplestreamsHost}. */
export interface SimplestreamsHostOptions {
  /** Images to publish from the start. */
  readonly images?: readonly PublishedImage[];
  /** Address to listen on; `127.0.0.1` by default. */
  readonly host?: string;
  /** Port to listen on; a free one by default. */
  readonly port?: number;
  /** Certificate and key of the host; by default a new one for `localhost`, `127.0.0.1` and `host`. */
  readonly certificate?: CertificatePair;
  /** Aborting it rejects the start; a started host is ended by `close()`. */
  readonly signal?: AbortSignal;
}

/** A request that the host answered. */
export interface LoggedRequest {
  readonly method: string;
  /** Path with its leading slash, without the query. */
  readonly path: string;
  /** Status of the answer. */
  readonly status: number;
}

/** A running simplestreams host. */
export interface SimplestreamsHost extends AsyncDisposable {
  /** `https://ADDRESS:PORT`, without a slash at the end. */
  readonly url: string;
  /** The host's certificate in PEM form; clients must trust it. */
  readonly certificate: string;
  readonly port: number;
  /** Every request so far, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** Adds an image (or replaces the version with the same serial) and gives what the stream now says of it. */
  publish(image: PublishedImage): Promise<DescribedImage>;
  /** Ends open connections and the server. May be called more than once. */
  close(): Promise<void>;
}

/** What the host serves under a path; `source` is the bytes or the path of a file. */
interface Content {
  readonly type: string;
  readonly sizeBytes: number;
  readonly source: Buffer | string;
}

/**
 * Starts an HTTPS server that real LXD and Incus daemons accept as a simplestreams source.
 *
 * It serves `streams/v1/index.json`, one products file and the payload files to GET and HEAD, and 404 for every other
 * path. Rejects with Node's own error when the address cannot be used.
 */
export async function startSimplestreamsHost(options: SimplestreamsHostOptions = {}): Promise<SimplestreamsHost> {
  const host = options.host ?? "127.0.0.1";
  const pair = options.certificate ?? (await certificateFor(host));
  const images = new Map<string, DescribedImage>();
  const contents = new Map<string, Content>();
  const requests: LoggedRequest[] = [];
  const publish = async (image: PublishedImage): Promise<DescribedImage> => {
    const described = await describeImage(image);
    images.set(described.metadata.path, described);
    contents.set(`/${described.metadata.path}`, {
      type: "application/x-xz",
      sizeBytes: described.metadata.sizeBytes,
      source: image.metadata,
    });
    contents.set(`/${described.rootfs.path}`, {
      type: "application/octet-stream",
      sizeBytes: described.rootfs.sizeBytes,
      source: image.rootfs,
    });
    rebuild(contents, [...images.values()]);
    return described;
  };
  rebuild(contents, []);
  for (const image of options.images ?? []) await publish(image);
  options.signal?.throwIfAborted();

  const server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    const [path = "/"] = (request.url ?? "/").split("?");
    const status = answer(request, response, contents.get(path));
    requests.push({ method: request.method ?? "", path, status });
  });
  const { port } = await listen(server, host, options.port ?? 0);
  const close = (): Promise<void> => closeServer(server);
  return {
    url: `https://${host.includes(":") ? `[${host}]` : host}:${String(port)}`,
    certificate: pair.certificate,
    port,
    requests,
    publish,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function certificateFor(host: string): Promise<CertificatePair> {
  const ipAddresses = [...new Set(["127.0.0.1", ...(/^[\d.]+$|:/.test(host) ? [host] : [])])];
  return createSelfSignedCertificate({
    usage: "server",
    commonName: "localhost",
    dnsNames: ["localhost"],
    ipAddresses,
  });
}

function rebuild(contents: Map<string, Content>, images: readonly DescribedImage[]): void {
  for (const [path, document] of buildStreamDocuments(images)) {
    const source = Buffer.from(JSON.stringify(document));
    contents.set(`/${path}`, { type: "application/json", sizeBytes: source.length, source });
  }
}

function answer(request: IncomingMessage, response: ServerResponse, content: Content | undefined): number {
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (content === undefined || !isRead) {
    const status = content === undefined ? 404 : 405;
    response.writeHead(status, { "content-type": "text/plain" }).end(`${String(status)}\n`);
    return status;
  }
  response.writeHead(200, { "content-type": content.type, "content-length": content.sizeBytes });
  if (request.method === "HEAD") response.end();
  else if (typeof content.source !== "string") response.end(content.source);
  // A reader that goes away, or a file that does, ends the answer early; the client sees it by the missing end.
  else pipeline(createReadStream(content.source), response, () => undefined);
  return 200;
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
