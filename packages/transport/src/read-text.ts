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
  const collected = collectBytes();
  for await (const chunk of body as AsyncIterable<Buffer>) {
    onData?.();
    if (collected.size() + chunk.length > maxBytes) {
      const text = `the answer to ${request} is longer than ${String(maxBytes)} bytes`;
      throw new TransportError(text, { code: "ANSWER_TOO_LARGE", address, request });
    }
    collected.add(chunk);
  }
  return collected.all().toString("utf8");
}

const blockBytes = 16 * 1024;

/** Keeps bytes in blocks of some size: a server that sends them one by one must not cost an object for each. */
function collectBytes(): { size(): number; add(bytes: Buffer): void; all(): Buffer } {
  const full: Buffer[] = [];
  let fullBytes = 0;
  let block = Buffer.alloc(0);
  let used = 0;
  return {
    size: () => fullBytes + used,
    add(bytes) {
      const copied = bytes.copy(block, used);
      used += copied;
      if (copied === bytes.length) return;
      full.push(block);
      fullBytes += used;
      block = Buffer.allocUnsafeSlow(Math.max(blockBytes, bytes.length - copied));
      used = bytes.copy(block, 0, copied);
    },
    all: () => Buffer.concat([...full, block.subarray(0, used)]),
  };
}
