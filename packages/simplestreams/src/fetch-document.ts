import type { z } from "zod";
import { SimplestreamsError } from "./simplestreams-error.ts";

/** Well above the largest known products file (about 5 MB). */
const maxDocumentBytes = 64 * 1024 * 1024;

/** Reads JSON documents below the root of one stream. */
export interface DocumentReader extends AsyncDisposable {
  read<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T>;
}

/** Opens a {@link DocumentReader}; one connection pool serves all its reads. */
export async function openDocumentReader(root: string, ca: string | undefined): Promise<DocumentReader> {
  const { Agent } = await import("undici");
  const agent = new Agent({
    connect: { timeout: 10_000, ...(ca === undefined ? {} : { ca }) },
    maxResponseSize: maxDocumentBytes,
  });
  return {
    async read(path, schema, signal) {
      const url = new URL(path, root.endsWith("/") ? root : `${root}/`);
      const options = { method: "GET", origin: url.origin, path: url.pathname + url.search, signal } as const;
      let status: number;
      let text: string;
      try {
        const response = await agent.request({ ...options, headers: { accept: "application/json" } });
        status = response.statusCode;
        text = await response.body.text();
      } catch (cause) {
        if (signal.aborted) throw signal.reason;
        throw unreachable(url, cause);
      }
      if (status !== 200) {
        throw new SimplestreamsError(`the image server answered ${String(status)} to ${url.href}`, {
          code: "STREAM_UNAVAILABLE",
          address: url.href,
          hint: "Check that the address is the root of a simplestreams server: it must have streams/v1/index.json.",
        });
      }
      return parse(text, schema, url);
    },
    async [Symbol.asyncDispose]() {
      await agent.destroy();
    },
  };
}

function parse<T>(text: string, schema: z.ZodType<T>, url: URL): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SimplestreamsError(`${url.href} is not JSON`, { code: "BAD_STREAM", address: url.href, cause });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue === undefined ? "" : ` at ${issue.path.join(".")}: ${issue.message}`;
  throw new SimplestreamsError(`${url.href} is not a simplestreams document${where}`, {
    code: "BAD_STREAM",
    address: url.href,
    cause: result.error,
  });
}

function unreachable(url: URL, cause: unknown): SimplestreamsError {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  const isCertificate = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code);
  return new SimplestreamsError(`cannot read ${url.href}: ${message}`, {
    code: isCertificate ? "STREAM_UNTRUSTED" : "STREAM_UNREACHABLE",
    address: url.href,
    cause,
    ...(isCertificate
      ? { hint: "If the image server has a certificate of its own authority, name that file in NODE_EXTRA_CA_CERTS." }
      : { hint: "Check the address, the network and the proxy." }),
  });
}
