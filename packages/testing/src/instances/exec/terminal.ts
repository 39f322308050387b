import { PassThrough, type Readable, Writable } from "node:stream";
import type { TerminalSize } from "./command.ts";

/** A terminal: what is typed is shown, and goes to the command line by line. */
export interface Terminal {
  /** What the command reads. */
  readonly stdin: Readable;
  /** What the command writes, errors too. */
  readonly stdout: Writable;
  /** Its size now. */
  size(): TerminalSize;
  /** Takes what is typed. */
  type(bytes: Buffer): void;
  resize(size: TerminalSize): void;
}

const keys = {
  interrupt: 3,
  end: 4,
  backspace: 8,
  newline: 10,
  enter: 13,
  eraseLine: 21,
  quit: 28,
  delete: 127,
} as const;

/** Makes a terminal; `show` gets all that appears on it, and is told when the command may go on writing. */
export function createTerminal(parts: {
  readonly size: TerminalSize;
  show(bytes: Buffer, done: () => void): void;
  kill(signal: number): void;
}): Terminal {
  const stdin = new PassThrough();
  let { size } = parts;
  let line: number[] = [];
  const echo = (text: string | Buffer): void => parts.show(Buffer.from(text), () => undefined);
  const flush = (): void => {
    if (!stdin.writableEnded) stdin.write(Buffer.from(line));
    line = [];
  };
  const erase = (): void => {
    // A letter may be many bytes; those behind its first one say so themselves.
    while (line.length > 0 && ((line.pop() ?? 0) & 0xc0) === 0x80);
    echo("\b \b");
  };
  const press = (key: number): void => {
    switch (key) {
      case keys.enter:
      case keys.newline:
        echo("\r\n");
        line.push(keys.newline);
        return flush();
      case keys.interrupt:
        echo("^C");
        line = [];
        return parts.kill(2);
      case keys.quit:
        echo("^\\");
        return parts.kill(3);
      case keys.end:
        if (line.length > 0) return flush();
        return void stdin.end();
      case keys.backspace:
      case keys.delete:
        if (line.length > 0) erase();
        return;
      case keys.eraseLine:
        while (line.length > 0) erase();
        return;
      default:
        line.push(key);
        echo(Buffer.of(key));
    }
  };
  return {
    stdin,
    stdout: new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        parts.show(Buffer.from(chunk.toString("latin1").replace(/\r?\n/g, "\r\n"), "latin1"), done);
      },
    }),
    size: () => size,
    type(bytes) {
      for (const key of bytes) press(key);
    },
    resize(changed) {
      size = changed;
    },
  };
}
