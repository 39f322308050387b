import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { LxdkitError } from "@lxdkit/protocol";

/** One file of a `multipart/form-data` body that is being read. */
export interface ReceivedFile {
  readonly name: string;
  readonly filename: string | undefined;
  readonly content: Readable;
}

/** More than the two files of an image and their headers need. */
const limits = { files: 8, fields: 0, headerPairs: 32, headerSize: 16_384 } as const;

/**
 * Reads a `multipart/form-data` body and hands its files to `take`, one after the other.
 *
 * @throws {LxdkitError} `BAD_ANSWER` when the body is not complete, and what `take` and the body itself throw.
 */
export async function readMultipartFiles(
  contentType: string,
  body: Readable,
  take: (file: ReceivedFile) => Promise<void>,
): Promise<void> {
  // Most clients never export an image of two files.
  const { Busboy } = await import("@fastify/busboy");
  const parser = new Busboy({ headers: { "content-type": contentType }, limits });
  const contents: Readable[] = [];
  let turn = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
    for (const content of contents) content.destroy(error as Error);
    body.destroy();
    parser.destroy();
  };
  body.on("error", fail);
  parser.on("error", (cause) => {
    fail(new LxdkitError("the answer is not a complete multipart/form-data body", { code: "BAD_ANSWER", cause }));
  });
  parser.on("file", (name, content, filename) => {
    contents.push(content);
    // Who waits for its turn hears of it then.
    content.on("error", () => undefined);
    turn = turn.then(async () => (failure === undefined ? take({ name, filename, content }) : undefined)).catch(fail);
  });
  await pipeline(body, parser).catch(fail);
  await turn;
  if (failure !== undefined) throw failure.error;
}
