import { join } from "node:path";
import { findStreamImage, readStream, SimplestreamsError, type StreamImage } from "@lxdkit/simplestreams";
import type { InstanceType } from "@lxdkit/protocol";
import { sortedMap } from "../core/etag.ts";
import { pause } from "../core/clock.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { ImageRecord } from "../core/records.ts";
import type { Caller } from "../core/router.ts";
import { projectFor } from "../projects/project-scope.ts";
import { requireSpace } from "../faults/disk-space.ts";
import { tellNewImage } from "./image-upload.ts";
import { downloadStreamFiles } from "./stream-files.ts";
import type { OperationRun } from "../operations/operation-store.ts";
import { OperationFailure } from "../core/refusal.ts";
import { wireTime } from "../core/wire-time.ts";

/** Which image to take from which server. */
export interface PullRequest {
  readonly server: string;
  /** An alias or the start of a fingerprint. */
  readonly image: string;
  readonly type: InstanceType;
}

/** Who pulls an image, and for which project. */
export interface ImagePull extends PullRequest {
  readonly project: string;
  readonly caller: Caller;
  /** Whether nobody is told of the new image, because whoever asks for it does so; false by default. */
  readonly isQuiet?: boolean;
}

/** Finds an image on a simplestreams server and, unless the store has it, downloads it, which takes as long as it is said to. */
export async function pullImage(state: FakeState, pull: ImagePull, run: OperationRun): Promise<ImageRecord> {
  const found = await locate(state, pull, run.signal);
  const scope = projectFor(state, pull.project, "features.images");
  const known = state.store.images.get(scope, found.fingerprint);
  if (known !== undefined) return known;
  const elsewhere = state.store.images.all().find(({ fingerprint }) => fingerprint === found.fingerprint);
  if (elsewhere !== undefined) {
    const copy = ownCopy(state, scope, pull, elsewhere);
    state.store.images.put(copy);
    return copy;
  }
  // Whoever asks for an image that is on its way waits for that one download.
  const underWay = state.downloads.get(found.fingerprint);
  if (underWay !== undefined) return underWay;
  const download = (async (): Promise<ImageRecord> => {
    await showDownload(state, found, run);
    const files = await downloadStreamFiles(state, pull.server, found, run.signal);
    const record = { ...toRecord(state, scope, pull, found), ...(files === undefined ? {} : { files }) };
    state.store.images.put(record);
    if (pull.isQuiet !== true) tellNewImage(state, { ...record, project: pull.project }, pull.caller);
    return record;
  })().finally(() => state.downloads.delete(found.fingerprint));
  state.downloads.set(found.fingerprint, download);
  return download;
}

/** The image of another project, which is not downloaded once more, with what is noted of it there. */
function ownCopy(state: FakeState, scope: string, pull: PullRequest, image: ImageRecord): ImageRecord {
  const now = wireTime(state.clock.now());
  const source = { alias: pull.image, server: pull.server };
  return { ...image, project: scope, public: false, cached: true, uploadedAt: now, lastUsedAt: now, source };
}

async function locate(state: FakeState, pull: PullRequest, signal: AbortSignal): Promise<StreamImage> {
  try {
    const { flavour, architectures, imageServerCa: ca } = state;
    const options = { flavour, type: pull.type, signal, ...(ca === undefined ? {} : { ca }) };
    // A fingerprint stands for one image, whatever it runs on.
    const { images } = isFingerprint(pull.image) ? await readStream(pull.server, options) : { images: [] };
    const named = images.find(({ fingerprint }) => fingerprint === pull.image);
    return named ?? (await findStreamImage(pull.server, pull.image, { ...options, architectures }));
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error;
    const text =
      SimplestreamsError.is(error) && error.code === "IMAGE_NOT_FOUND"
        ? "The requested image couldn't be found"
        : `Failed parsing stream: ${error.message}`;
    throw new OperationFailure(`Failed getting remote image info: Failed getting image: ${text}`);
  }
}

function isFingerprint(image: string): boolean {
  return /^[0-9a-f]{64}$/.test(image);
}

const steps = 10;

/** The progress texts of a real download: the metadata file first, then the root file system by percent. */
async function showDownload(state: FakeState, image: StreamImage, run: OperationRun): Promise<void> {
  const { downloadMs } = state.timings;
  const bytesPerSecond = image.sizeBytes / Math.max(downloadMs / 1000, 0.001);
  const speed = `${(bytesPerSecond / 1e6).toFixed(2)}MB/s`;
  const show = (text: string): void => run.update({ download_progress: text }, { mayCancel: true });
  show(`metadata: 100% (${speed})`);
  for (let step = 1; step <= steps; step += 1) {
    await pause(state.clock, downloadMs / steps, run.signal);
    show(`rootfs: ${(step * 100) / steps}% (${speed})`);
    if (step > 1) continue;
    const file = join(state.directory, "images", `${image.fingerprint}.rootfs`);
    requireSpace(state, () => `write ${file}: no space left on device`);
  }
}

function toRecord(state: FakeState, project: string, pull: PullRequest, image: StreamImage): ImageRecord {
  const now = wireTime(state.clock.now());
  return {
    project,
    fingerprint: image.fingerprint,
    architecture: image.architecture,
    type: image.type,
    properties: sortedMap(image.properties),
    sizeBytes: image.sizeBytes,
    public: false,
    autoUpdate: true,
    cached: true,
    profiles: ["default"],
    filename: image.files[0]?.path.split("/").at(-1) ?? "",
    createdAt: image.createdAt,
    uploadedAt: now,
    expiresAt: image.expiresAt,
    lastUsedAt: now,
    source: { alias: pull.image, server: pull.server },
  };
}
