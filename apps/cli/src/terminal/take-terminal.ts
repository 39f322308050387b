import type { TerminalSize } from "@lxdkit/client";

/** The size of this program's terminal; undefined when it has none. */
export function terminalSize(): TerminalSize | undefined {
  const { columns: width, rows: height } = process.stdout;
  return (width as number | undefined) === undefined ? undefined : { width, height };
}

/**
 * Hands every key to the command, Ctrl-C too, and tells of changes of the size. The result gives the terminal back as it
 * was found.
 */
export function takeTerminal(onResize: (size: TerminalSize) => void): () => void {
  const { stdin, stdout } = process;
  const isRaw = stdin.isTTY && stdin.isRaw;
  if (stdin.isTTY) stdin.setRawMode(true);
  const resized = (): void => {
    const size = terminalSize();
    if (size !== undefined) onResize(size);
  };
  stdout.on("resize", resized);
  return () => {
    stdout.off("resize", resized);
    if (stdin.isTTY) stdin.setRawMode(isRaw);
  };
}
