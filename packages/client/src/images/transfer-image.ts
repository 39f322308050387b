import {
  flavourOf,
  type Image,
  imageSecretMetadataSchema,
  type ImagesPost,
  type Operation,
  readTime,
} from "@lxdkit/protocol";
import { tryAddresses } from "../copy-modes.ts";
import type { OnProgress } from "../measured-content.ts";
import { metadataOf } from "../operation-result.ts";
import { type CopyServer, reachOf } from "../server-reach.ts";

/** A copy of an image from one server to another. */
export interface ImageTransfer {
  readonly source: CopyServer;
  readonly target: CopyServer;
  /** The original. */
  readonly image: Image;
  /** The copy can be read by callers that the target does not trust. */
  readonly isPublic: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onUpdate?: ((operation: Operation) => void) | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** The target fetches it, from the first address of the source that it reaches. */
export async function pullImage({ source, target, image, isPublic, signal, onUpdate }: ImageTransfer): Promise<void> {
  const { fingerprint } = image;
  const { urls, certificate } = await reachOf(source, signal);
  // Each family calls the protocol by its own name.
  const protocol = flavourOf(await target.client.info({ signal }));
  const project = source.client.place.project ?? "default";
  await tryAddresses(urls, signal, isNeverFinal, async (server) => {
    const secret = image.public ? undefined : await source.client.images.createSecret(fingerprint, { signal });
    const from = { type: "image", mode: "pull", protocol, certificate, fingerprint, server, project } as const;
    const body = { ...described(image, isPublic), source: { ...from, ...(secret && { secret: secret.secret }) } };
    try {
      await (await target.client.images.create(body, { signal })).wait({ signal, onUpdate });
    } finally {
      // One that was used has ended by itself.
      await secret?.handle.cancel().catch(() => undefined);
    }
  });
}

/** The source sends it, to the first address of the target that it reaches. */
export async function pushImage({ source, target, image, isPublic, signal, onUpdate }: ImageTransfer): Promise<void> {
  const { fingerprint } = image;
  const { urls, certificate } = await reachOf(target, signal);
  const project = target.client.place.project ?? "default";
  await tryAddresses(urls, signal, isNeverFinal, async (url) => {
    const awaited = { type: "image", mode: "push", fingerprint } as const;
    const token = await target.client.images.create({ ...described(image, isPublic), source: awaited }, { signal });
    try {
      const { secret } = metadataOf(token.operation, "POST /1.0/images", imageSecretMetadataSchema);
      const to = { target: url, certificate, secret, project };
      await (await source.client.images.push(fingerprint, to, { signal })).wait({ signal, onUpdate });
    } finally {
      // One that was used has ended by itself.
      await token.cancel().catch(() => undefined);
    }
  });
}

/** It goes through this process, as it comes. */
export async function relayImage(transfer: ImageTransfer): Promise<void> {
  const { source, target, image, isPublic, signal, onUpdate, onProgress } = transfer;
  const { fingerprint, size: totalBytes, properties } = image;
  const exported = await source.client.images.export(fingerprint, { signal });
  try {
    const upload = await target.client.images.upload(
      { exported },
      {
        fingerprint,
        public: isPublic,
        properties,
        signal,
        // The framing of two files is no part of the image.
        onProgress:
          onProgress && (({ doneBytes }) => onProgress({ doneBytes: Math.min(doneBytes, totalBytes), totalBytes })),
      },
    );
    await upload.wait({ signal, onUpdate });
  } finally {
    exported.body.destroy();
  }
  // An upload says nothing of this.
  const { expires_at } = described(image, isPublic);
  if (expires_at === undefined) return;
  const { value, etag } = await target.client.images.get(fingerprint, { signal });
  const { auto_update, profiles } = value;
  const noted = { public: isPublic, auto_update, profiles, properties: value.properties, expires_at };
  await target.client.images.update(fingerprint, noted, { signal, ifMatch: etag });
}

/** What is noted of an image besides its files. */
function described(image: Image, isPublic: boolean): Pick<ImagesPost, "properties" | "public" | "expires_at"> {
  const { properties, expires_at } = image;
  // LXD writes the year 1970 for an image that never expires.
  const isLimited = (readTime(expires_at)?.getTime() ?? 0) > 0;
  return { properties, public: isPublic, ...(isLimited && { expires_at }) };
}

function isNeverFinal(): boolean {
  return false;
}
