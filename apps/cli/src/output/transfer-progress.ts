/** How far a transfer is. */
interface Progress {
  readonly doneBytes: number;
  readonly totalBytes?: number | undefined;
}

/** Shows the progress of a transfer in one line of a terminal; nothing where there is none. */
export function transferProgress(
  what: string,
  { quiet }: { readonly quiet?: true | undefined },
): { readonly onProgress?: (progress: Progress) => void; end(): void } {
  const { stderr } = process;
  if (quiet === true || !stderr.isTTY) return { end: () => undefined };
  let isShown = false;
  return {
    onProgress({ doneBytes, totalBytes }) {
      const share = totalBytes ? ` (${String(Math.floor((doneBytes * 100) / totalBytes))}%)` : "";
      stderr.write(`\r\u001B[K${what}: ${(doneBytes / 1024 ** 2).toFixed(1)} MiB${share}`);
      isShown = true;
    },
    end() {
      if (isShown) stderr.write("\n");
    },
  };
}
