/** How far a transfer is. */
export interface FileProgress {
  readonly doneBytes: number;
  /** Undefined as long as it is not known. */
  readonly totalBytes?: number | undefined;
}

/** Hears of the progress of a transfer, at most ten times a second and at the end. An exception in it ends the transfer. */
export type OnFileProgress = (progress: FileProgress) => void;

const periodMs = 100;

/** Counts the bytes of a transfer. */
export interface ByteCounter {
  /** Passes chunks on and counts them. */
  count(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  /** Tells the end. */
  finish(): void;
}

/** Makes a counter that tells of the progress. */
export function countBytes(onProgress: OnFileProgress | undefined, totalBytes: number | undefined): ByteCounter {
  let doneBytes = 0;
  let toldAt = -Infinity;
  const tell = (): void => {
    toldAt = performance.now();
    onProgress?.({ doneBytes, totalBytes });
  };
  return {
    async *count(chunks) {
      for await (const chunk of chunks) {
        yield chunk;
        doneBytes += chunk.length;
        if (performance.now() - toldAt >= periodMs) tell();
      }
    },
    finish: tell,
  };
}
