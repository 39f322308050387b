import { pointAlias } from "@lxdkit/client";
import { LxdkitError, MultipleErrors } from "@lxdkit/protocol";
import type { ServerHost } from "../server-host.ts";
import { pause, type Sleep } from "../pause.ts";
import { errorText, ServerError } from "../server-error.ts";
import { sourceName } from "./image-source.ts";
import { type OnImageStatus, tellStatus } from "./image-status.ts";
import { isFailure, pullImage } from "./pull-image.ts";
import { openPullSource, type PullSource } from "./pull-source.ts";
import type { SourcedImage } from "./sourced-image.ts";

/** Options of {@link copyRemoteImage}. */
export interface CopyRemoteImageOptions {
  readonly onStatus?: OnImageStatus | undefined;
  /** Whether the server looks for newer versions from time to time; true by default. */
  readonly autoUpdate?: boolean | undefined;
  /** Milliseconds without news of the download after which it is cancelled; 600,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Waits between attempts; the timers of Node by default. */
  readonly sleep?: Sleep | undefined;
  /** Ends the work and cancels the download on the server. */
  readonly signal?: AbortSignal | undefined;
}

/** Downloads fail on a flaky network: three attempts, with a pause that doubles. */
const attempts = 3;
const firstPauseMs = 15_000;

const defaultTimeoutMs = 600_000;

/**
 * How servers and their clients begin to tell of a download that failed on the way. They give no code, only a text; a
 * missing image, a taken alias or a full disk begin otherwise.
 */
const failedDownload =
  /^(Failed remote image download|Unable to fetch |Hash mismatch for |Failed getting remote image info: .*Failed parsing stream|(Get|Post) "|unexpected EOF|Failed to connect to )/;
/** The daemon went away in the middle of it. */
const daemonGone: ReadonlySet<string> = new Set(["OPERATION_GONE", "CONNECTION_LOST"]);
/** What is not there will not be there in a minute either. */
const missingFile = /^Unable to fetch [^ ]+: (404 |resource not found)/;

/**
 * Lets the server copy an image from its image server and gives it the aliases, also those that stand for another image
 * until then. A download that fails is tried again after 15 and 30 s. The result is the server's own image.
 *
 * @throws {MultipleErrors} `IMAGE_COPY_FAILED` with the cause of each attempt.
 * @throws {ServerError} `IMAGE_ALREADY_LOCAL` for an image of the server itself.
 */
export async function copyRemoteImage(
  host: ServerHost,
  image: SourcedImage,
  aliases: readonly string[],
  options: CopyRemoteImageOptions = {},
): Promise<SourcedImage> {
  const { onStatus, signal, sleep } = options;
  signal?.throwIfAborted();
  if (image.source === undefined) throw alreadyLocal(image);
  const failures: unknown[] = [];
  for (;;) {
    try {
      const fingerprint = await attempt(host, image, aliases, options);
      for (const name of aliases) await pointAlias(host.client, fingerprint, { name, description: "" }, signal);
      const { alias, type } = image;
      return { fingerprint, alias: aliases[0] ?? alias, ...(type && { type }) };
    } catch (failure) {
      signal?.throwIfAborted();
      failures.push(failure);
      if (failures.length === attempts || !isPassing(failure)) throw copyFailed(image, failures);
    }
    tellStatus(onStatus, `Failed remote image download, retrying, attempt ${String(failures.length + 1)}`);
    await pause(firstPauseMs * 2 ** (failures.length - 1), signal, sleep);
  }
}

/** Tries the addresses of the image server, each once; for an image that was there before, nothing is downloaded. */
async function attempt(
  host: ServerHost,
  image: SourcedImage,
  aliases: readonly string[],
  { onStatus, autoUpdate = true, timeoutMs = defaultTimeoutMs, signal }: CopyRemoteImageOptions,
): Promise<string> {
  await using pull: PullSource = await openPullSource(host, image, signal);
  const onProgress = (progress: string): void => {
    tellStatus(onStatus, `Retrieving image: ${progress}`);
  };
  let last: unknown;
  for (const source of pull.sources) {
    try {
      const found = await pullImage(host, { source, aliases, autoUpdate, timeoutMs, onProgress, signal });
      return found ?? image.fingerprint;
    } catch (failure) {
      signal?.throwIfAborted();
      last = failure;
    }
  }
  throw last;
}

function isPassing(failure: unknown): boolean {
  if (LxdkitError.is(failure) && daemonGone.has(failure.code)) return true;
  if (!isFailure(failure)) return false;
  const { err } = failure.operation;
  return failedDownload.test(err) && !missingFile.test(err);
}

function copyFailed(image: SourcedImage, failures: readonly unknown[]): MultipleErrors {
  const last = failures.at(-1);
  const text = isFailure(last) ? last.operation.err : errorText(last);
  const times = failures.length > 1 ? ` (after ${String(failures.length)} attempts)` : "";
  return new MultipleErrors(`image copy failed: ${text}${times}`, failures, {
    code: "IMAGE_COPY_FAILED",
    cause: last,
    step: `copy image ${image.alias}`,
    address: image.source && sourceName(image.source),
    hint: LxdkitError.is(last) ? last.hint : undefined,
  });
}

function alreadyLocal({ alias }: SourcedImage): ServerError {
  return new ServerError(`the server has the image ${alias} itself: there is nothing to copy`, {
    code: "IMAGE_ALREADY_LOCAL",
    step: `copy image ${alias}`,
  });
}
