import { LxdkitError, MultipleErrors } from "@lxdkit/protocol";
import pLimit from "p-limit";

/**
 * Runs a task for each name, some at a time. All are tried; then the failures are thrown together.
 *
 * @throws {MultipleErrors} `SOME_FAILED` when more than one failed; the error itself when one did.
 */
export async function forEachName<T>(
  names: readonly string[],
  parallel: number,
  task: (name: string) => Promise<T>,
): Promise<T[]> {
  const limit = pLimit(parallel);
  const results = await Promise.allSettled(names.map((name) => limit(task, name)));
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  const isInterrupted = (error: unknown): boolean => LxdkitError.is(error) && error.code === "INTERRUPTED";
  // An interruption ends every task that was still running; it is told once.
  const told = [...failures.filter((error) => !isInterrupted(error)), ...failures.filter(isInterrupted).slice(0, 1)];
  if (told.length === 1) throw told[0];
  if (told.length > 1) {
    const code = failures.some(isInterrupted) ? "INTERRUPTED" : "SOME_FAILED";
    throw new MultipleErrors(`${String(told.length)} of ${String(names.length)} failed`, told, { code });
  }
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}
