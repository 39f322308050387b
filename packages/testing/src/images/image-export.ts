import { randomHex } from "../core/random.ts";
import type { ImageRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { serveFile } from "../core/serve-content.ts";
import { projectOf } from "../projects/project-scope.ts";
import { writeMultipart } from "./multipart.ts";
import { tellOfImage } from "./image-store.ts";

/** The ends of file names by the first bytes of what is in them. */
const magics: readonly (readonly [magic: string, extension: string])[] = [
  ["1f8b", ".tar.gz"],
  ["fd377a585a00", ".tar.xz"],
  ["28b52ffd", ".tar.zst"],
  ["425a68", ".tar.bz2"],
  ["68737173", ".squashfs"],
  ["514649fb", ".qcow2"],
];

function extensionOf(bytes: Buffer): string {
  const start = bytes.subarray(0, 8).toString("hex");
  const known = magics.find(([magic]) => start.startsWith(magic))?.[1];
  return known ?? (bytes.toString("latin1", 257, 262) === "ustar" ? ".tar" : "");
}

/** `GET /1.0/images/{fingerprint}/export`: one file as it is, two as `multipart/form-data`. */
export function exportImage(request: ApiRequest, image: ImageRecord): ApiReply {
  const { fingerprint } = image;
  const files = (image.files ?? []).map(({ part, content }) => ({ part, bytes: Buffer.from(content, "base64") }));
  const [first, rootfs] = files;
  // Nobody ever sent the bytes of images that a fake has from its start.
  if (first === undefined) throw new Refusal(404, `open /var/lib/images/${fingerprint}: no such file or directory`);
  const own = request.state.flavour === "incus" ? { "X-Incus-Type": "incus" } : {};
  if (rootfs === undefined) {
    tellOfImage(request, { ...image, project: projectOf(request) }, "image-retrieved");
    return serveFile(request, {
      filename: `${fingerprint}${extensionOf(first.bytes)}`,
      bytes: first.bytes,
      modifiedAt: Date.parse(image.uploadedAt),
      headers: own,
    });
  }
  const boundary = randomHex(request.state.random, 60);
  const parts = [
    { name: first.part, filename: `meta-${fingerprint}${extensionOf(first.bytes)}`, bytes: first.bytes },
    { name: rootfs.part, filename: `${fingerprint}${extensionOf(rootfs.bytes)}`, bytes: rootfs.bytes },
  ];
  const type = `multipart/form-data; boundary=${boundary}`;
  return raw(writeMultipart(parts, boundary), { "Content-Type": type, ...own });
}

function raw(bytes: Buffer, headers: Readonly<Record<string, string>>): ApiReply {
  return {
    kind: "raw",
    write(response) {
      response.writeHead(200, headers);
      response.end(bytes);
      return Promise.resolve();
    },
  };
}
