import type { Socket } from "node:net";

/** Codes of a write to somebody who is not there any more. */
const goneCodes: ReadonlySet<string> = new Set(["EPIPE", "ECONNRESET"]);

/** What is known of the writing side of a socket. */
export interface WritingSide {
  /** Set once the other side takes nothing more. */
  readonly failure: Error | undefined;
}

/**
 * Lets a socket be read to its end although it can no longer be written to. Node destroys a socket when a write fails,
 * and with it everything that the other side sent before it left: the last output of a command, lost to a pong.
 */
export function keepReading(socket: Socket): WritingSide {
  let failure: Error | undefined;
  const excused = (callback: (error?: Error | null) => void) => (error?: NodeJS.ErrnoException | null) => {
    const isGone = goneCodes.has(error?.code ?? "");
    if (!isGone) return callback(error);
    failure ??= error ?? undefined;
    callback();
  };
  // The methods that every writable has for those who extend it; bound, because they are replaced on the socket itself.
  // oxlint-disable no-underscore-dangle -- The names are Node's.
  const write = socket._write.bind(socket);
  const writev = socket._writev?.bind(socket);
  socket._write = (chunk, encoding, callback) => {
    write(chunk, encoding, excused(callback));
  };
  if (writev !== undefined) socket._writev = (chunks, callback) => writev(chunks, excused(callback));
  // oxlint-enable no-underscore-dangle
  return {
    get failure() {
      return failure;
    },
  };
}
