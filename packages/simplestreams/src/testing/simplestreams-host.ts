import { createHash } from "node:crypto";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleepFor } from "node:timers/promises";
import { type CertificatePair, createSelfSignedCertificate } from "@lxdkit/certificates";
import { describeImage, filesOf, type PublishedFile, type PublishedImage } from "./published-image.ts";
import { type Content, serveContent } from "./serve-content.ts";
import { createStreamDefects, type StreamDefects } from "./stream-defect.ts";
import { buildStreamDocuments, type DescribedImage } from "./stream-documents.ts";
import type { StreamSigner } from "./stream-signer.ts";

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
  /** Signs the documents: each is there with a signature too (`.json.gpg`), and as a signed text (`.sjson`). */
  readonly signer?: StreamSigner;
  /** Waits in slow answers; the timers of Node by default. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** Milliseconds since 1970, for `Last-Modified`; those of the machine by default. */
  readonly now?: () => number;
  /** Aborting it rejects the start; a started host is ended by `close()`. */
  readonly signal?: AbortSignal;
}

/** A request that the host answered. */
export interface LoggedRequest {
  readonly method: string;
  /** Path with its leading slash, without the query. */
  readonly path: string;
  /** The headers as Node gives them, with names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Status of the answer. */
  readonly status: number;
}

/** A running simplestreams host. */
export interface SimplestreamsHost extends Pick<StreamDefects, "spoil">, AsyncDisposable {
  /** `https://ADDRESS:PORT`, without a slash at the end. */
  readonly url: string;
  /** The host's certificate in PEM form; clients must trust it. */
  readonly certificate: string;
  readonly port: number;
  /** Every request so far, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** Adds an image (or replaces the version with the same serial) and gives what the stream now says of it. */
  publish(image: PublishedImage): Promise<DescribedImage>;
  /** Takes an image away, with its files. */
  unpublish(image: PublishedImage): Promise<void>;
  /** Leaves the documents as they are, whatever is published or taken away, until it is called with false. */
  setStale(isStale: boolean): Promise<void>;
  /** Ends open connections and the server. May be called more than once. */
  close(): Promise<void>;
}

/**
 * Starts an HTTPS server that real LXD and Incus daemons accept as a simplestreams source.
 *
 * It serves `streams/v1/index.json`, one products file and the payload files to GET and HEAD, whole and in parts, and
 * 404 for every other path. Rejects with Node's own error when the address cannot be used.
 */
export async function startSimplestreamsHost(options: SimplestreamsHostOptions = {}): Promise<SimplestreamsHost> {
  const { host = "127.0.0.1", sleep = (ms: number) => sleepFor(ms), now = Date.now } = options;
  const pair = options.certificate ?? (await certificateFor(host));
  const defects = createStreamDefects();
  const requests: LoggedRequest[] = [];
  const stream = createStream(now, options.signer);
  await stream.rebuild();
  for (const image of options.images ?? []) await stream.publish(image);
  options.signal?.throwIfAborted();

  const server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    const [path = "/"] = (request.url ?? "/").split("?");
    requests.push({
      method: request.method ?? "",
      path,
      headers: request.headers,
      get status() {
        return response.statusCode;
      },
    });
    const defect = defects.take(path);
    const content = stream.contents.get(path);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (defect?.kind === "status") refuse(response, defect.status);
    else if (content === undefined) refuse(response, 404);
    else if (!isRead) refuse(response, 405);
    else void serveContent(request, response, content, { defect, sleep }).catch(() => response.destroy());
  });
  const { port } = await listen(server, host, options.port ?? 0);
  const close = (): Promise<void> => closeServer(server);
  return {
    url: `https://${host.includes(":") ? `[${host}]` : host}:${String(port)}`,
    certificate: pair.certificate,
    port,
    requests,
    publish: stream.publish,
    unpublish: stream.unpublish,
    setStale: stream.setStale,
    spoil: defects.spoil,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What a host serves. */
interface Stream extends Pick<SimplestreamsHost, "publish" | "unpublish" | "setStale"> {
  readonly contents: ReadonlyMap<string, Content>;
  rebuild(): Promise<void>;
}

function createStream(now: () => number, signer: StreamSigner | undefined): Stream {
  const images = new Map<string, DescribedImage>();
  const contents = new Map<string, Content>();
  let isStale = false;
  const put = (path: string, type: string, source: Buffer | string, sizeBytes: number, sha256: string): void => {
    const modifiedMs = Math.floor(now() / 1000) * 1000;
    contents.set(`/${path}`, { type, source, sizeBytes, etag: `"${sha256.slice(0, 32)}"`, modifiedMs });
  };
  const putDocument = (path: string, source: Buffer, type: string): void => {
    const sha256 = createHash("sha256").update(source).digest("hex");
    // What did not change keeps its time.
    if (contents.get(`/${path}`)?.etag !== `"${sha256.slice(0, 32)}"`) put(path, type, source, source.length, sha256);
  };
  const rebuild = async (): Promise<void> => {
    if (isStale) return;
    const described = [...images.values()];
    for (const [path, document] of buildStreamDocuments(described)) {
      const source = Buffer.from(JSON.stringify(document));
      putDocument(path, source, "application/json");
      if (signer === undefined) continue;
      putDocument(`${path}.gpg`, await signer.sign(source, "detached"), "application/pgp-signature");
    }
    if (signer === undefined) return;
    for (const [path, document] of buildStreamDocuments(described, "sjson")) {
      putDocument(path, await signer.sign(Buffer.from(JSON.stringify(document)), "clear"), "text/plain");
    }
  };
  const putFile = (file: PublishedFile | undefined, truth: DescribedImage["rootfs"], type: string): void => {
    if (file !== undefined && truth !== undefined) put(file.path, type, file.content, truth.sizeBytes, truth.sha256);
  };
  return {
    contents,
    rebuild,
    async publish(image) {
      const { claims: _, ...honest } = image;
      const truth = await describeImage(honest);
      const described = await describeImage(image);
      const files = filesOf(image);
      putFile(files.metadata, truth.metadata, "application/x-xz");
      putFile(files.rootfs, truth.rootfs, "application/octet-stream");
      putFile(files.disk, truth.disk, "application/octet-stream");
      images.set(described.metadata.path, described);
      await rebuild();
      return described;
    },
    async unpublish(image) {
      const { metadata, rootfs, disk } = filesOf(image);
      images.delete(metadata.path);
      for (const file of [metadata, rootfs, disk]) contents.delete(`/${file?.path ?? ""}`);
      await rebuild();
    },
    async setStale(wanted) {
      isStale = wanted;
      await rebuild();
    },
  };
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "text/plain" }).end(`${String(status)}\n`);
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
