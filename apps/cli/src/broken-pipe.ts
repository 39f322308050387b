/**
 * Lets the program go on when the reader of its output goes away (`lxdkit list | head -1`): what was begun is still
 * finished or cleaned up. Any other failure to write is an error as always.
 */
export function ignoreBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
