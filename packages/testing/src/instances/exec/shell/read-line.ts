import type { Readable } from "node:stream";

/** Takes one line from a stream and leaves the rest in it; undefined at its end. */
export function readLine(stream: Readable, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    let taken: Buffer = Buffer.alloc(0);
    const finish = (line: string | undefined): void => {
      stream.off("readable", look).off("end", ended).off("close", ended).off("error", ended);
      signal.removeEventListener("abort", ended);
      resolve(line);
    };
    const ended = (): void => finish(taken.length === 0 ? undefined : taken.toString());
    const look = (): void => {
      for (let chunk = stream.read() as Buffer | null; chunk !== null; chunk = stream.read() as Buffer | null) {
        const bytes = Buffer.concat([taken, chunk]);
        const end = bytes.indexOf(10);
        taken = bytes;
        if (end === -1) continue;
        if (end + 1 < bytes.length) stream.unshift(bytes.subarray(end + 1));
        return finish(bytes.subarray(0, end + 1).toString());
      }
      if (stream.readableEnded || stream.destroyed) ended();
    };
    stream.on("readable", look).on("end", ended).on("close", ended).on("error", ended);
    signal.addEventListener("abort", ended, { once: true });
    look();
  });
}
