import type { OperationHandle } from "@lxdkit/client";
import { type ImagesPost, LxdkitError, type Operation, statusCode } from "@lxdkit/protocol";
import type { ServerHost } from "../server-host.ts";
import { ServerError } from "../server-error.ts";
import { subscribe } from "../subscribe.ts";
import type { WirePull } from "./pull-source.ts";

/** How a server pulls an image. */
export interface PullOptions {
  readonly source: WirePull;
  /** Names for the image. */
  readonly aliases: readonly string[];
  readonly autoUpdate: boolean;
  /** Milliseconds without news of the download after which it is given up. */
  readonly timeoutMs: number;
  /** Hears how far the server is, for example `rootfs: 42% (5.10MB/s)`. */
  readonly onProgress: (progress: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** How long a download may take to end that was cancelled. */
const patienceMs = 30_000;

/**
 * Lets a server pull an image once, and gives its fingerprint. An abort cancels the download on the server, and waits
 * until it has ended.
 *
 * An image that is there although its aliases could not be made is a success: whoever came first has made them.
 *
 * @throws {OperationError} when the server fails. @throws {ServerError} `IMAGE_COPY_TIMEOUT`.
 */
export async function pullImage({ client }: ServerHost, options: PullOptions): Promise<string | undefined> {
  const { source, aliases, autoUpdate, timeoutMs, signal } = options;
  await subscribe(client, signal);
  const body: ImagesPost = { source, auto_update: autoUpdate, aliases: aliases.map((name) => ({ name })) };
  // Not given the signal: a request that was sent may take effect, so its answer is always waited for.
  const handle = await client.images.create(body);
  const patience = watchProgress(timeoutMs, options.onProgress);
  const ends = signal === undefined ? patience.signal : AbortSignal.any([signal, patience.signal]);
  try {
    const end = await handle.wait({ signal: ends, onUpdate: patience.see });
    return fingerprintOf(end);
  } catch (error) {
    if (ends.aborted) {
      await cancel(handle);
      signal?.throwIfAborted();
      throw stalled(timeoutMs);
    }
    const there = isFailure(error) ? fingerprintOf(error.operation) : undefined;
    if (there !== undefined && (await hasImage(client.images.get(there, { signal })))) return there;
    throw error;
  } finally {
    patience.stop();
  }
}

interface FailedOperation extends LxdkitError {
  readonly operation: Operation;
}

/** Says whether an operation of the server failed, rather than the way to it. */
export function isFailure(error: unknown): error is FailedOperation {
  if (!LxdkitError.is(error) || !("operation" in error)) return false;
  return (error as FailedOperation).operation.status_code === statusCode.failure;
}

/** Told at the end, and by an operation that failed after the download. */
function fingerprintOf(operation: Operation | undefined): string | undefined {
  const fingerprint = operation?.metadata["fingerprint"];
  return typeof fingerprint === "string" ? fingerprint : undefined;
}

async function hasImage(reading: Promise<unknown>): Promise<boolean> {
  try {
    await reading;
    return true;
  } catch {
    return false;
  }
}

interface Patience {
  /** Aborted after a time without news. */
  readonly signal: AbortSignal;
  see(operation: Operation): void;
  stop(): void;
}

function watchProgress(timeoutMs: number, onProgress: (progress: string) => void): Patience {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort();
  }, timeoutMs);
  let last: string | undefined;
  return {
    signal: controller.signal,
    see({ metadata }) {
      const progress = progressOf(metadata);
      if (progress === undefined || progress === last) return;
      last = progress;
      timer.refresh();
      onProgress(progress);
    },
    stop() {
      clearTimeout(timer);
    },
  };
}

/** What an operation tells of its progress; of two texts the first alone. */
function progressOf(metadata: Readonly<Record<string, unknown>>): string | undefined {
  for (const key of ["fs_progress", "download_progress"]) {
    const value = metadata[key];
    if (typeof value === "string") return value;
  }
  return undefined;
}

/** Cancels a download; one that cannot be cancelled yet is as soon as it can. Resolves when it has ended. */
async function cancel(handle: OperationHandle): Promise<void> {
  const signal = AbortSignal.timeout(patienceMs);
  const ask = (): void => void handle.cancel({ signal }).catch(() => undefined);
  ask();
  const onUpdate = ({ may_cancel }: Operation): void => {
    if (may_cancel) ask();
  };
  await handle.wait({ signal, onUpdate }).catch(() => undefined);
}

function stalled(timeoutMs: number): ServerError {
  return new ServerError(`the server told nothing of the download for ${String(timeoutMs)} ms, so it was cancelled`, {
    code: "IMAGE_COPY_TIMEOUT",
    step: "copy image",
    hint: "Check the network of the server and its core.proxy_https.",
  });
}
