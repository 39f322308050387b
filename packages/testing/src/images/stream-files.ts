import { createHash } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { StreamImage } from "@lxdkit/simplestreams";
import type { FakeState } from "../core/fake-state.ts";
import type { ImageFile } from "../core/records.ts";
import { OperationFailure } from "../core/refusal.ts";
import { exchange } from "./remote-server.ts";

/** Larger images are not worth their memory: the fake knows them without having their bytes. */
const largestBytes = 64 * 1024 * 1024;

/** Downloads the files of an image from the root of its stream; undefined when they are too large to be kept. */
export async function downloadStreamFiles(
  state: FakeState,
  root: string,
  image: StreamImage,
  signal: AbortSignal,
): Promise<readonly ImageFile[] | undefined> {
  if (image.sizeBytes > largestBytes) return undefined;
  const files: ImageFile[] = [];
  const combined = createHash("sha256");
  for (const { path, sha256 } of image.files) {
    const url = `${root.replace(/\/+$/, "")}/${path}`;
    const bytes = await fetchFile(state, url, signal);
    const hash = createHash("sha256").update(bytes).digest("hex");
    if (hash !== sha256) throw new OperationFailure(`Hash mismatch for ${url}: ${hash} != ${sha256}`);
    combined.update(bytes);
    const part = files.length === 0 ? "metadata" : image.type === "virtual-machine" ? "rootfs.img" : "rootfs";
    files.push({ part, filename: path.split("/").at(-1) ?? "", content: bytes.toString("base64") });
  }
  const fingerprint = combined.digest("hex");
  if (fingerprint === image.fingerprint) return files;
  throw new OperationFailure(`Image fingerprint doesn't match. Got ${fingerprint} expected ${image.fingerprint}`);
}

/** One file; its failures are in the words of real servers. */
async function fetchFile(state: FakeState, url: string, signal: AbortSignal): Promise<Buffer> {
  const { origin, pathname } = new URL(url);
  const { status, bytes } = await exchange(state, {
    ...{ url: origin, path: pathname, certificate: "", method: "GET", signal },
  });
  if (status === 200) return bytes;
  const isMissing = status === 404 && state.flavour === "incus";
  const reason = isMissing ? "resource not found" : `${String(status)} ${STATUS_CODES[status] ?? ""}`;
  throw new OperationFailure(`Unable to fetch ${url}: ${reason}`);
}
