import { Readable } from "node:stream";
import type { Content } from "./connection.ts";

/** Bytes that are handed over at once; the rest waits until the connection has taken them. */
const sliceBytes = 64 * 1024;

/** What is told while content is sent. */
export interface ContentWatcher {
  /** The server has something to take, or to answer. */
  onOffer(): void;
  /** Nothing is on the way to the server: the content takes its time. */
  onWait(): void;
  /** The content itself failed: a file that cannot be read, for example. */
  onError(error: unknown): void;
}

/** Content on its way. */
export interface WatchedContent {
  readonly body: AsyncIterable<Uint8Array>;
  /** The number of bytes, when it is known. */
  readonly length: number | undefined;
  /** Lets go of content that nobody reads any more: a stream that stays open would hold its file. */
  release(): void;
}

/** Content for a request, watched: the time that the server takes is told apart from that which the content takes. */
export function watchContent(content: Content, watcher: ContentWatcher): WatchedContent {
  async function* watched(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    watcher.onWait();
    try {
      for await (const chunk of source) {
        watcher.onOffer();
        yield chunk;
        watcher.onWait();
      }
    } catch (error) {
      watcher.onError(error);
      throw error;
    }
    watcher.onOffer();
  }
  if (content instanceof Uint8Array) {
    return { body: watched(slices(content)), length: content.length, release: () => undefined };
  }
  if (!(content instanceof Readable)) return { body: watched(content), length: undefined, release: () => undefined };
  // A stream may fail before anybody reads it, and after.
  content.on("error", watcher.onError);
  return { body: watched(content), length: undefined, release: () => void content.destroy() };
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += sliceBytes) yield bytes.subarray(start, start + sliceBytes);
}
