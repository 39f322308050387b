import { createHash } from "node:crypto";
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
  for (const { path, sha256 } of image.files) {
    const url = root.replace(/\/+$/, "");
    const { status, bytes } = await exchange(state, { url, path: `/${path}`, certificate: "", method: "GET", signal });
    if (status !== 200) throw new OperationFailure(`Unable to fetch ${url}/${path}: ${String(status)}`);
    const hash = createHash("sha256").update(bytes).digest("hex");
    if (hash !== sha256) throw new OperationFailure(`Hash mismatch for ${path}: ${hash} != ${sha256}`);
    const part = files.length === 0 ? "metadata" : image.type === "virtual-machine" ? "rootfs.img" : "rootfs";
    files.push({ part, filename: path.split("/").at(-1) ?? "", content: bytes.toString("base64") });
  }
  return files;
}
