import { LxdkitError } from "@lxdkit/protocol";
import type { Content } from "@lxdkit/transport";

/** How far bytes on their way to the server have come. */
export interface TransferProgress {
  /** Bytes that the connection has taken. */
  readonly doneBytes: number;
  /** Undefined when the size of something was not given. */
  readonly totalBytes: number | undefined;
}

/** Hears of progress, at most ten times a second and at the end; an exception in it fails the call. */
export type OnProgress = (progress: TransferProgress) => void;

const pieceBytes = 65_536;
const reportMs = 100;

/**
 * The content, checked against its size: a source that ends early would else be taken for the whole.
 *
 * @param onTaken called with the bytes that the connection has taken.
 * @yields the pieces of it.
 * @throws {LxdkitError} `CONTENT_SIZE` when there are more or less bytes than `sizeBytes`.
 */
export async function* measuredContent(
  content: Content,
  sizeBytes: number | undefined,
  onTaken: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const piece of content instanceof Uint8Array ? piecesOf(content) : content) {
    done += piece.length;
    if (sizeBytes !== undefined && done > sizeBytes) throw wrongSize(sizeBytes, "more");
    yield piece;
    onTaken(piece.length);
  }
  if (sizeBytes !== undefined && done < sizeBytes) throw wrongSize(sizeBytes, `only ${String(done)}`);
}

/** Bytes of content that is there already. */
export function sizeOf(content: Content, sizeBytes: number | undefined): number | undefined {
  return content instanceof Uint8Array ? content.length : sizeBytes;
}

/** Adds up bytes and reports the sum now and then. */
export function countProgress(
  totalBytes: number | undefined,
  onProgress: OnProgress | undefined,
  now: () => number = () => performance.now(),
): { add(bytes: number): void; end(): void } {
  let doneBytes = 0;
  let reportedAt = Number.NEGATIVE_INFINITY;
  return {
    add(bytes) {
      doneBytes += bytes;
      if (onProgress === undefined || now() - reportedAt < reportMs) return;
      reportedAt = now();
      onProgress({ doneBytes, totalBytes });
    },
    end() {
      onProgress?.({ doneBytes, totalBytes });
    },
  };
}

function* piecesOf(content: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < content.length; start += pieceBytes) yield content.subarray(start, start + pieceBytes);
}

function wrongSize(expected: number, found: string): LxdkitError {
  return new LxdkitError(`the content should have ${String(expected)} bytes and has ${found}`, {
    code: "CONTENT_SIZE",
    hint: "Did the file change while it was sent?",
  });
}
