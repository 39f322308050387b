import { findStreamImage, type StreamImage } from "@lxdkit/simplestreams";

/** Finds the newest image of an alias. */
export async function main(url: string, ca?: string): Promise<StreamImage> {
  // #region readme
  const image = await findStreamImage(url, "jammy", { flavour: "lxd", ...(ca ? { ca } : {}) });
  image.fingerprint; // what the server will call it
  image.serial; // 20261101: the newest version
  image.files.map(({ path, sizeBytes }) => `${path} ${String(sizeBytes)}`);
  return image;
  // #endregion
}
