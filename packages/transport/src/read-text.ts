import type { Readable } from "node:stream";
import { TransportError } from "./transport-error.ts";

/** What the errors of {@link readText} name, and its limit. */
export interface ReadTextOptions {
  readonly address: string;
  readonly request: string;
  readonly maxBytes: number;
  /** Called for each part of it. */
  readonly onData?: (() => void) | undefined;
}

/**
 * Reads the body of an answer that is text; one that does not end is refused.
 *
 * @throws {TransportError} `ANSWER_TOO_LARGE`.
 */
export async function readText(body: Readable, options: ReadTextOptions): Promise<string> {
  const { address, request, maxBytes, onData } = options;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    onData?.();
    size += chunk.length;
    if (size > maxBytes) {
      const text = `the answer to ${request} is longer than ${String(maxBytes)} bytes`;
      throw new TransportError(text, { code: "ANSWER_TOO_LARGE", address, request });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString("utf8");
}
