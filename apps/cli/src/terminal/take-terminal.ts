import type { ExecSession } from "@lxdkit/client";

type Size = Parameters<ExecSession["resize"]>[0];

/** The size of this program's terminal; undefined when it has none. */
export function terminalSize(): Size | undefined {
  const { columns: width, rows: height } = process.stdout;
  return (width as number | undefined) === undefined ? undefined : { width, height };
}

/**
 * Hands every key to the command, Ctrl-C too, and tells of changes of the size, until it is disposed. The terminal is
 * left as it was found.
 */
export function takeTerminal(onResize: (size: Size) => void): Disposable {
  const { stdin, stdout } = process;
  const isRaw = stdin.isTTY && stdin.isRaw;
  if (stdin.isTTY) stdin.setRawMode(true);
  const resized = (): void => {
    const size = terminalSize();
    if (size !== undefined) onResize(size);
  };
  stdout.on("resize", resized);
  return {
    [Symbol.dispose]() {
      stdout.off("resize", resized);
      if (stdin.isTTY) stdin.setRawMode(isRaw);
    },
  };
}
