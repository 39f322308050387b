import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { openDownloadAgent } from "./download-agent.ts";
import { downloadFile } from "./download-file.ts";
import { SimplestreamsError } from "./simplestreams-error.ts";
import type { StreamImage } from "./stream-image.ts";
import type { StreamProxy } from "./stream-proxy.ts";
import { checkRoot, type StreamRootOptions } from "./stream-root.ts";

/** How far a download is. */
export interface DownloadProgress {
  /** What is being loaded, for example `squashfs`. */
  readonly ftype: string;
  /** Bytes of the whole image that are there, those of earlier tries too. */
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

/** Options of {@link downloadStreamImage}. */
export interface DownloadImageOptions extends StreamRootOptions {
  /** Where the files go; it is made when it is not there. */
  readonly directory: string;
  /** PEM certificates of the authorities to trust in place of the system's own. */
  readonly ca?: string;
  /** Finds the proxy on the way, asked for each host; none by default. The environment is not read. */
  readonly proxy?: StreamProxy | undefined;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Ends the download; what has come stays, for the next try. */
  readonly signal?: AbortSignal | undefined;
}

/** The files of an image on this machine. */
export interface DownloadedImage {
  readonly fingerprint: string;
  /** Paths, in the order of the image's files: metadata first, then the root file system or disk. */
  readonly paths: readonly string[];
}

/**
 * Downloads the files of an image and checks the hash of each and of all together. A download that was cut goes on
 * where it ended, within this call and in a later one; files that are there already are checked and kept.
 *
 * @param url - Root of the stream that the image is from.
 * @throws {SimplestreamsError} `BAD_STREAM_URL`, `STREAM_UNREACHABLE`, `STREAM_UNTRUSTED`, `STREAM_UNAVAILABLE`, or
 * `IMAGE_HASH_MISMATCH` when the bytes are not those of the stream; what was wrong is removed then.
 */
export async function downloadStreamImage(
  url: string,
  image: StreamImage,
  options: DownloadImageOptions,
): Promise<DownloadedImage> {
  const root = checkRoot(url, options);
  const { directory, ca, proxy, allowHttp = false, onProgress, signal } = options;
  const agent = await openDownloadAgent({ ca, proxy });
  const paths: string[] = [];
  let doneBytes = 0;
  try {
    await mkdir(directory, { recursive: true });
    for (const file of image.files) {
      const path = join(directory, `${image.fingerprint}.${basename(file.path)}`);
      const before = doneBytes;
      await downloadFile(agent, new URL(file.path, `${root}/`), file, {
        path,
        allowHttp,
        proxy,
        signal,
        onBytes: (bytes) =>
          onProgress?.({ ftype: file.ftype, receivedBytes: before + bytes, totalBytes: image.sizeBytes }),
      });
      doneBytes += file.sizeBytes;
      paths.push(path);
    }
  } finally {
    await agent.destroy();
  }
  await checkFingerprint(root, image, paths, signal);
  return { fingerprint: image.fingerprint, paths };
}

/** The fingerprint is the hash of all files in a row, and the stream itself may tell a wrong one. */
async function checkFingerprint(
  root: string,
  image: StreamImage,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const hash = createHash("sha256");
  for (const path of paths) await pipeline(createReadStream(path), hash, { end: false, ...(signal ? { signal } : {}) });
  const found = hash.digest("hex");
  if (found === image.fingerprint) return;
  await Promise.all(paths.map((path) => rm(path, { force: true })));
  throw new SimplestreamsError(`the files of the image hash to ${found}, not to its fingerprint ${image.fingerprint}`, {
    code: "IMAGE_HASH_MISMATCH",
    address: root,
    hint: "The image server is broken or was tampered with; use another version or another server.",
  });
}
