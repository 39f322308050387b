import { spawn } from "node:child_process";
import { once } from "node:events";
import { LxdkitError } from "@lxdkit/protocol";

/**
 * Calls `action` while this process holds the lock of a file; other processes wait for their turn.
 *
 * The lock is the kernel's (`flock`), held by a child whose standard input is a pipe from here. It is given up when
 * this process ends in whatever way.
 */
export async function withFileLock<T>(
  file: string,
  signal: AbortSignal | undefined,
  action: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const holder = spawn("flock", [file, "sh", "-c", "echo locked && exec cat"], { stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise<void>((resolve) => {
    holder.once("error", () => {
      resolve();
    });
    holder.once("close", () => {
      resolve();
    });
  });
  holder.stdin.on("error", () => undefined);
  const abort = (): void => {
    holder.kill("SIGKILL");
  };
  signal?.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([once(holder.stdout, "data"), ended]);
    signal?.throwIfAborted();
    if (holder.exitCode !== null || holder.pid === undefined) {
      throw new LxdkitError(`The lock ${file} could not be taken.`, { code: "TESTBED_IMAGE_FAILED" });
    }
    return await action();
  } finally {
    signal?.removeEventListener("abort", abort);
    holder.stdin.end();
    await ended;
  }
}
