import { X509Certificate } from "node:crypto";
import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { buffer } from "node:stream/consumers";
import { rootCertificates, type TLSSocket } from "node:tls";
import type { FakeState } from "../core/fake-state.ts";
import { OperationFailure } from "../core/refusal.ts";

/** What another server answered. */
export interface RemoteAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** The `metadata` of the envelope; undefined when the answer is none. */
  readonly metadata: unknown;
}

/** Another LXD or Incus server. */
export interface RemoteServer {
  readonly url: string;
  /** Sends a request; an error envelope fails with its own text and code. */
  send(method: string, path: string, sent?: RemoteBody): Promise<RemoteAnswer>;
}

/** The body of a request with its headers. */
export interface RemoteBody {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Connects to the server at `url`, which has to show `certificate` (PEM) where one is given, and a trusted one else.
 * Fails with the words of the family.
 */
export async function connectToServer(
  state: FakeState,
  url: string,
  certificate: string,
  signal?: AbortSignal,
): Promise<RemoteServer> {
  const server: RemoteServer = {
    url,
    send: (method, path, sent) => exchange(state, { url, certificate, method, path, sent, signal }),
  };
  if (certificate !== "" && !certificate.includes("-----BEGIN ")) {
    throw new OperationFailure("Invalid remote certificate");
  }
  const { status, metadata } = await server.send("GET", "/1.0");
  if (metadata === undefined) throw new OperationFailure(`Failed to fetch ${url}/1.0: ${String(status)}`);
  return server;
}

/** A request to a server. */
export interface Exchange {
  /** Where the server is, for example `https://127.0.0.1:8443`. */
  readonly url: string;
  readonly certificate: string;
  readonly method: string;
  readonly path: string;
  readonly sent?: RemoteBody | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends one request and reads the answer; fails with the words of the family. */
export async function exchange(state: FakeState, parts: Exchange): Promise<RemoteAnswer> {
  const { url, method, path } = parts;
  const verb = method[0] + method.slice(1).toLowerCase();
  const about = (reason: string): OperationFailure => new OperationFailure(`${verb} "${url}${path}": ${reason}`);
  if (!/^https?:\/\//.test(url)) {
    throw about(`unsupported protocol scheme "${/^([a-z]+):/.exec(url)?.[1] ?? ""}"`);
  }
  let message: IncomingMessage | undefined;
  let bytes: Buffer;
  try {
    message = await send(state, parts);
    bytes = await buffer(message);
  } catch (error) {
    if (parts.signal?.aborted === true) throw error;
    if (message !== undefined) throw new OperationFailure("unexpected EOF");
    throw about(reasonOf(state, parts, error));
  }
  const envelope = parse(bytes);
  if (envelope?.["type"] === "error") {
    throw new OperationFailure(String(envelope["error"]), message.statusCode ?? 500);
  }
  return { status: message.statusCode ?? 0, headers: message.headers, bytes, metadata: envelope?.["metadata"] };
}

async function send(
  state: FakeState,
  { url, certificate, method, path, sent, signal }: Exchange,
): Promise<IncomingMessage> {
  // A server shows its own certificate to others.
  const { pem: cert, key } = await state.certificate();
  const ca = [...rootCertificates, ...(state.imageServerCa === undefined ? [] : [state.imageServerCa])];
  return new Promise((resolve, reject) => {
    const open = url.startsWith("http:") ? plainRequest : tlsRequest;
    const outgoing = open(`${url}${path}`, {
      ...{ method, cert, key, ca, agent: false },
      headers: { ...sent?.headers, ...(sent === undefined ? {} : { "Content-Length": String(sent.bytes.length) }) },
      // Whoever is named by its certificate needs no authority.
      rejectUnauthorized: certificate === "",
      ...(signal === undefined ? {} : { signal }),
    });
    outgoing.on("socket", (socket) => {
      socket.on("secureConnect", () => {
        if (certificate === "" || isShown(socket as TLSSocket, certificate)) return;
        outgoing.destroy(Object.assign(new Error("another certificate"), { code: "SELF_SIGNED_CERT_IN_CHAIN" }));
      });
    });
    outgoing.on("response", resolve).on("error", reject);
    outgoing.end(sent?.bytes);
  });
}

function isShown(socket: TLSSocket, certificate: string): boolean {
  try {
    return socket.getPeerX509Certificate()?.fingerprint256 === new X509Certificate(certificate).fingerprint256;
  } catch {
    return false;
  }
}

/** What went wrong, as Go says it. */
function reasonOf({ flavour }: FakeState, { url, method }: Exchange, error: unknown): string {
  const { code = "", message = "" } = error as { readonly code?: string; readonly message?: string };
  if (code === "ECONNREFUSED") {
    const { host, protocol } = new URL(url);
    const refused = `dial tcp ${host}: connect: connection refused`;
    // The servers look for images behind URLs in their own way.
    return protocol === "http:" && method !== "HEAD" ? refused : `Unable to connect to: ${host} ([${refused}])`;
  }
  if (/CERT|SIGNATURE/.test(code)) {
    const before = flavour === "lxd" ? "" : "tls: failed to verify certificate: ";
    return `${before}x509: certificate signed by unknown authority`;
  }
  return message;
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
