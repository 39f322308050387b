import { LxdkitError, type Operation } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import type { Client } from "../client.ts";
import { type CopyMode, type CopyModeOptions, type FailedMode, tryModes } from "../copy-modes.ts";
import type { OnProgress } from "../measured-content.ts";
import type { CopyServer } from "../server-reach.ts";
import { pointAlias } from "./point-alias.ts";
import { type ImageTransfer, pullImage, pushImage, relayImage } from "./transfer-image.ts";

/** The image to copy. */
export interface CopyImageSource extends CopyServer {
  /** Its fingerprint; a unique start is enough. */
  readonly fingerprint: string;
}

/** Options of {@link copyImage}. */
export interface CopyImageOptions extends CopyModeOptions {
  /** Give the copy the names of the original; one that is taken on the target is pointed to the copy. */
  readonly copyAliases?: boolean | undefined;
  /** More names for the copy. */
  readonly aliases?: readonly string[] | undefined;
  /** Also for callers that the target does not trust; as the original unless given. */
  readonly public?: boolean | undefined;
  /** Hears each state of the servers' operations. */
  readonly onUpdate?: ((operation: Operation) => void) | undefined;
  /** Hears how many bytes have gone through this process, in a relay. */
  readonly onProgress?: OnProgress | undefined;
}

/** How an image was copied. */
export interface CopiedImage {
  readonly fingerprint: string;
  /** Undefined when the target had it already. */
  readonly mode: CopyMode | undefined;
  readonly failures: readonly FailedMode[];
}

/**
 * Copies an image from one server to another, or from one project to another that has images of its own, and tells in
 * which way that was done. The projects are those of the two clients.
 *
 * First the target tries to pull it, for a private one with a secret; then the source to push it with a token of the
 * target; where neither reaches the other it goes through this process, which does not store it.
 *
 * @throws {LxdkitError} `NOT_FOUND`; `COPY_FAILED` with what each mode threw in `errors`.
 */
export async function copyImage(
  source: CopyImageSource,
  target: CopyServer,
  options: CopyImageOptions = {},
): Promise<CopiedImage> {
  const { signal, copyAliases = false, aliases = [] } = options;
  const { value: image } = await source.client.images.get(source.fingerprint, { signal });
  const { fingerprint } = image;
  const transfer: ImageTransfer = { ...options, source, target, image, isPublic: options.public ?? image.public };
  const isThere = (): Promise<boolean> => hasImage(target.client, fingerprint, signal);
  const attempt = async (mode: CopyMode): Promise<void> => {
    await transfers[mode](transfer);
    if (await isThere()) return;
    throw new LxdkitError(`the image ${fingerprint} has not arrived`, { code: "IMAGE_MISSING" });
  };
  const outcome = (await isThere()) ? undefined : await tryModes(false, attempt, () => false, options);
  const names = [...(copyAliases ? image.aliases : []), ...aliases.map((name) => ({ name, description: "" }))];
  for (const name of names) await pointAlias(target.client, fingerprint, name, signal);
  return { fingerprint, mode: outcome?.mode, failures: outcome?.failures ?? [] };
}

const transfers: Readonly<Record<CopyMode, (transfer: ImageTransfer) => Promise<void>>> = {
  local: () => Promise.reject(new TypeError("inside one server, an image is copied by one of the other modes")),
  pull: pullImage,
  push: pushImage,
  relay: relayImage,
};

async function hasImage(client: Client, fingerprint: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await client.images.get(fingerprint, { signal });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
