import type { Readable } from "node:stream";
import type { Exchange } from "./exchange.ts";
import { TransportError } from "./transport-error.ts";

/** More than any list of a real server, and less than what a text can hold in memory. */
const maxAnswerBytes = 256 * 1024 * 1024;

/** Reads the body of an answer that is text; one that does not end is refused. */
export async function readText(body: Readable, exchange: Exchange, address: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxAnswerBytes) {
      const text = `the answer to ${exchange.name} is longer than ${String(maxAnswerBytes)} bytes`;
      exchange.end(new TransportError(text, { code: "ANSWER_TOO_LARGE", address, request: exchange.name }));
      throw new Error(text);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString("utf8");
}
