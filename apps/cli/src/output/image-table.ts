import type { Image } from "@lxdkit/protocol";
import type { ListedImage } from "@lxdkit/simplestreams";
import { formatTable } from "./table.ts";

/** Images as a table. */
export function imageTable(images: readonly (Image | ListedImage)[]): string {
  const rows = images.map((image) => {
    const [alias, ...more] = image.aliases ?? [];
    return [
      `${alias?.name ?? ""}${more.length > 0 ? ` (${String(more.length)} more)` : ""}`,
      image.fingerprint.slice(0, 12),
      image.public ? "yes" : "no",
      image.properties["description"] ?? "",
      image.architecture,
      image.type.toUpperCase(),
      `${(image.size / 1024 ** 2).toFixed(2)} MiB`,
      image.uploaded_at.slice(0, 10),
    ];
  });
  return formatTable(
    ["ALIAS", "FINGERPRINT", "PUBLIC", "DESCRIPTION", "ARCHITECTURE", "TYPE", "SIZE", "UPLOADED"],
    rows,
  );
}
