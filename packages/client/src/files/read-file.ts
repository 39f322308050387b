import type { Readable } from "node:stream";
import { envelopeSchema, type FileAttributes, flavourOf, readFileAttributes } from "@lxdkit/protocol";
import * as z from "zod";
import { readStream } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { ProtocolError } from "../protocol-error.ts";
import { FileError } from "./file-error.ts";

/** Far more than the names of a directory, or the text of a link, need. */
const maxListBytes = 64 * 1024 * 1024;

/** What an instance has at a path. */
export type InstanceFile =
  | {
      readonly type: "file";
      readonly attributes: FileAttributes;
      /** Undefined when the server does not tell. */
      readonly sizeBytes: number | undefined;
      /** Read it to its end or destroy it: until then it holds a socket. */
      readonly body: Readable;
    }
  | {
      readonly type: "directory";
      readonly attributes: FileAttributes;
      /** Names, without a path. They come from the server: do not write to where they lead without a look at them. */
      readonly entries: readonly string[];
    }
  | {
      readonly type: "symlink";
      readonly attributes: FileAttributes;
      /** Where the link leads, as servers tell it: made absolute when it is relative. */
      readonly target: string;
    };

/** What a server says of a file without its content. */
export interface FileStat extends FileAttributes {
  /** Bytes of a regular file; LXD does not tell. */
  readonly sizeBytes?: number | undefined;
}

const listSchema = z
  .array(z.string())
  .nullish()
  .transform((names) => names ?? []);

/** Reads what is at a path. See {@link FilesApi.get}. */
export async function readInstanceFile(
  context: ClientContext,
  name: string,
  path: string,
  options: CallOptions,
): Promise<InstanceFile> {
  const flavour = flavourOf(await context.info(options.signal));
  const input = { ...options, path: { name }, query: { path } };
  const { headers, body } = await readStream(context, "GET /1.0/instances/{name}/files", input);
  const attributes = readFileAttributes(headers, flavour);
  switch (attributes.type) {
    case "directory":
      return { type: "directory", attributes, entries: entriesOf(await readAll(body, path)) };
    case "symlink":
      return { type: "symlink", attributes, target: await readAll(body, path) };
    case "file":
      return { type: "file", attributes, sizeBytes: sizeOf(headers["content-length"]), body };
  }
}

/** Asks about a file. See {@link FilesApi.stat}. */
export async function statInstanceFile(
  context: ClientContext,
  name: string,
  path: string,
  options: CallOptions,
): Promise<FileStat> {
  const flavour = flavourOf(await context.info(options.signal));
  const input = { ...options, path: { name }, query: { path } };
  const { headers, body } = await readStream(context, "HEAD /1.0/instances/{name}/files", input);
  body.resume();
  const sizeBytes = sizeOf(headers["content-length"]);
  const attributes = readFileAttributes(headers, flavour);
  return attributes.type === "file" && sizeBytes !== undefined ? { ...attributes, sizeBytes } : attributes;
}

function sizeOf(header: string | string[] | undefined): number | undefined {
  return typeof header === "string" && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

function entriesOf(text: string): string[] {
  const result = envelopeSchema
    .transform(({ metadata }) => metadata)
    .pipe(listSchema)
    .safeParse(parse(text));
  if (result.success) return result.data;
  throw new ProtocolError("GET /1.0/instances/{name}/files", result.error);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readAll(body: Readable, path: string): Promise<string> {
  const chunks: Buffer[] = [];
  let left = maxListBytes;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    left -= chunk.length;
    if (left < 0) throw new FileError(`what the server tells of ${path} does not end`, { code: "FILE_TOO_LARGE" });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
