import { findStreamImage } from "@lxdkit/simplestreams";

/** Finds the newest image of an alias. */
export async function main(url: string, ca?: string): Promise<string> {
  // #region readme
  const image = await findStreamImage(url, "jammy", { flavour: "lxd", ...(ca ? { ca } : {}) });
  const { fingerprint, serial, files } = image; // the newest version that the alias stands for
  return `${serial} ${fingerprint} in ${String(files.length)} files, ${String(image.sizeBytes)} bytes`;
  // #endregion
}
