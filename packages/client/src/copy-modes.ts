import { MultipleErrors } from "@lxdkit/protocol";

/**
 * How a copy gets from one server to another: `local` inside one server, `pull` when the target fetches it, `push` when
 * the source sends it, `relay` when it goes through this process.
 */
export type CopyMode = "local" | "pull" | "push" | "relay";

/** A mode that did not work. */
export interface FailedMode {
  readonly mode: CopyMode;
  readonly error: unknown;
}

/** What is told when a mode is tried. */
export interface CopyAttempt {
  readonly mode: CopyMode;
  /** What was tried before, and why it did not work. */
  readonly failures: readonly FailedMode[];
}

/** How modes are chosen, and who hears of it. */
export interface CopyModeOptions {
  /** Ends the waiting. What servers do among themselves goes on; what goes through this process ends. */
  readonly signal?: AbortSignal | undefined;
  /** Modes to try, in this order; by default `local` inside one server, else `pull`, `push`, `relay`. */
  readonly modes?: readonly CopyMode[] | undefined;
  readonly onMode?: ((attempt: CopyAttempt) => void) | undefined;
}

/** Which mode worked, and which did not. */
export interface CopyOutcome<T> extends CopyAttempt {
  readonly value: T;
}

const betweenServers: readonly CopyMode[] = ["pull", "push", "relay"];

/**
 * Tries one mode after the other until one works.
 *
 * @param isFinal says of a failure that no other mode can do better.
 * @throws {LxdkitError} what the only mode threw, else `COPY_FAILED` with what each threw in `errors`.
 */
export async function tryModes<T>(
  isSameServer: boolean,
  attempt: (mode: CopyMode) => Promise<T>,
  isFinal: (error: unknown) => boolean,
  { signal, modes = isSameServer ? ["local"] : betweenServers, onMode }: CopyModeOptions,
): Promise<CopyOutcome<T>> {
  const failures: FailedMode[] = [];
  for (const mode of modes) {
    onMode?.({ mode, failures: [...failures] });
    try {
      return { mode, failures, value: await attempt(mode) };
    } catch (error) {
      signal?.throwIfAborted();
      if (isFinal(error)) throw error;
      failures.push({ mode, error });
    }
  }
  if (failures.length === 1) throw failures[0]?.error;
  throw severalFailures(
    "the copy",
    "COPY_FAILED",
    failures.map(({ mode, error }) => [mode, error] as const),
  );
}

/** Tries one address after the other until one works. */
export async function tryAddresses(
  urls: readonly string[],
  signal: AbortSignal | undefined,
  isFinal: (error: unknown) => boolean,
  attempt: (url: string) => Promise<void>,
): Promise<void> {
  const failures: [url: string, error: unknown][] = [];
  for (const url of urls) {
    try {
      await attempt(url);
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (urls.length === 1 || isFinal(error)) throw error;
      failures.push([url, error]);
    }
  }
  throw severalFailures("the copy", "COPY_FAILED", failures);
}

/** One error for several ways that did not work, each with its name. */
export function severalFailures(
  what: string,
  code: string,
  failures: readonly (readonly [way: string, error: unknown])[],
): MultipleErrors {
  const reasons = failures.map(([way, error]) => `${way}: ${error instanceof Error ? error.message : String(error)}`);
  return new MultipleErrors(
    `${what} did not work (${reasons.join("; ") || "there was no way to try"})`,
    failures.map(([, error]) => error),
    { code, cause: failures[0]?.[1] },
  );
}
