import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { Flavour } from "@lxdkit/protocol";
import { partners } from "../stream-image.ts";
import type { ImageFolder, SkippedPath } from "./image-folder.ts";

/** What a published file is, by its name. */
const fileTypes: ReadonlyMap<string, string> = new Map([
  ["rootfs.squashfs", "squashfs"],
  ["root.squashfs", "squashfs"],
  ["rootfs.tar.xz", "root.tar.xz"],
  ["root.tar.xz", "root.tar.xz"],
  ["disk.qcow2", "disk-kvm.img"],
  ["disk-kvm.img", "disk-kvm.img"],
  ["disk1.img", "disk1.img"],
  ["uefi1.img", "uefi1.img"],
]);

/** The metadata of a split image; one that is named for no family, or for one alone, serves both. */
const metadataNames: Readonly<Record<Flavour, readonly string[]>> = {
  lxd: ["lxd.tar.xz", "meta.tar.xz", "incus.tar.xz"],
  incus: ["incus.tar.xz", "meta.tar.xz", "lxd.tar.xz"],
};

/** The items of a version by their keys, ready for a products file. */
export type VersionItems = Readonly<Record<string, object>>;

/** A file with its hashes. */
interface Digest {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Hashes the files of a version, each once, and says what there is of it for each family. Undefined when there is no
 * image; `skip` is told why, and of every file that belongs to none.
 */
export async function versionItems(
  root: string,
  folder: ImageFolder,
  flavours: readonly Flavour[],
  { skip, signal }: { readonly skip: (skipped: SkippedPath) => void; readonly signal: AbortSignal | undefined },
): Promise<VersionItems | undefined> {
  const { path, serial, files } = folder;
  if (!/^\d{8}/.test(serial)) {
    skip({ path, reason: "the name of a version begins with its date, YYYYMMDD" });
    return undefined;
  }
  const at = (name: string): string => `${path}/${name}`;
  const items: Record<string, object> = {};
  const used = new Set<string>();
  for (const flavour of flavours) {
    const unified = `${flavour}_combined.tar.gz`;
    if (!files.includes(unified)) continue;
    used.add(unified);
    items[unified] = { ftype: unified, ...(await digest(root, at(unified), [], signal)) };
  }
  const found = files.flatMap((name) => {
    const ftype = fileTypes.get(name);
    return ftype === undefined ? [] : [{ name, ftype }];
  });
  const metadata = flavours.flatMap((flavour) => {
    const name = metadataNames[flavour].find((one) => files.includes(one));
    return name === undefined || found.length === 0 ? [] : [{ flavour, name }];
  });
  const heads = new Map<string, { readonly file: Digest; readonly combined: Record<string, string> }>();
  for (const { name } of metadata) {
    used.add(name);
    if (!heads.has(name)) heads.set(name, { file: await digest(root, at(name), [], signal), combined: {} });
  }
  for (const { name, ftype } of heads.size === 0 ? [] : found) {
    used.add(name);
    const names = [...heads.keys()];
    const { combined, ...file } = await digest(root, at(name), names.map(at), signal);
    items[ftype] = { ftype, ...file };
    const fields = partners.find((partner) => partner.ftype === ftype)?.combined ?? [];
    for (const [index, head] of names.entries()) {
      for (const field of fields) Object.assign(heads.get(head)?.combined ?? {}, { [field]: combined[index] });
    }
  }
  for (const { flavour, name } of metadata) {
    const head = heads.get(name);
    const ftype = `${flavour}.tar.xz`;
    if (head !== undefined) items[ftype] = { ftype, ...plain(head.file), ...head.combined };
  }
  if (Object.keys(items).length === 0) {
    skip({ path, reason: "there is no metadata (lxd.tar.xz, incus.tar.xz) with a root file system or disk" });
    return undefined;
  }
  for (const name of files.filter((one) => !used.has(one))) skip({ path: at(name), reason: "it belongs to no image" });
  return items;
}

function plain({ path, size, sha256 }: Digest): Digest {
  return { path, size, sha256 };
}

/** Size and hash of a file, and the hashes of each of `before` with it. */
async function digest(
  root: string,
  path: string,
  before: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Digest & { readonly combined: readonly string[] }> {
  const own = createHash("sha256");
  const together: Hash[] = [];
  for (const head of before) {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(join(root, head))) hash.update(chunk as Buffer);
    together.push(hash);
  }
  let size = 0;
  for await (const chunk of createReadStream(join(root, path), signal && { signal })) {
    size += (chunk as Buffer).length;
    for (const hash of [own, ...together]) hash.update(chunk as Buffer);
  }
  return { path, size, sha256: own.digest("hex"), combined: together.map((hash) => hash.digest("hex")) };
}
