import type { Content } from "./connection.ts";

/** What is told while content is sent. */
export interface ContentWatcher {
  /** Nothing was taken for so long that the server must have hung. */
  onIdle(): void;
  /** The content itself failed: a file that cannot be read, for example. */
  onError(error: unknown): void;
}

/**
 * Content for a request, watched: the time that the server takes counts, not the time that the content takes to come.
 * After the last byte the answer must begin in the same time; `stop` ends the watch.
 */
export function watchContent(
  content: Content,
  idleMs: number,
  watcher: ContentWatcher,
): { readonly body: Uint8Array | AsyncIterable<Uint8Array>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
    clearTimeout(timer);
  };
  const arm = (): void => {
    clearTimeout(timer);
    if (idleMs > 0 && !isStopped) timer = setTimeout(() => watcher.onIdle(), idleMs);
  };
  if (content instanceof Uint8Array) {
    arm();
    return { body: content, stop };
  }
  async function* watched(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of source) {
        arm();
        yield chunk;
        clearTimeout(timer);
      }
    } catch (error) {
      watcher.onError(error);
      throw error;
    }
    arm();
  }
  return { body: watched(content), stop };
}
