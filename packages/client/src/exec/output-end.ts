import { setTimeout as pause } from "node:timers/promises";
import type { ByteChannel } from "../session/byte-channel.ts";

/** Resolves with true when all outputs have come to their end, with false as soon as the socket of one is gone before. */
export async function endOfOutputs(outputs: readonly ByteChannel[]): Promise<boolean> {
  return new Promise((resolve) => {
    let left = outputs.length;
    for (const output of outputs) {
      void output.ended.then((isWhole) => {
        left -= 1;
        if (!isWhole || left === 0) resolve(isWhole);
      });
    }
  });
}

/**
 * Resolves when nothing has come for `idleMs` from an output that has not ended, although its reader waits. Ends with
 * the signal.
 */
export async function idleOutput(outputs: readonly ByteChannel[], idleMs: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const open = outputs.filter((output) => !output.hasEnded);
    const before = open.map((output) => output.receivedBytes);
    await pause(idleMs, undefined, { signal, ref: false });
    const isIdle = (output: ByteChannel, index: number): boolean =>
      !output.hasEnded && !output.isPaused && output.receivedBytes === before[index];
    if (open.some(isIdle)) return;
  }
}
