import type { Flavour, InstanceType } from "@lxdkit/protocol";
import { kernelArchitecture } from "./stream-architecture.ts";
import type { StreamItem, StreamProduct, StreamProducts } from "./stream-document.ts";

/** One file that belongs to an image. */
export interface StreamImageFile {
  readonly ftype: string;
  /** Relative to the root of the stream. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** An image that a stream offers to one flavour. */
export interface StreamImage {
  /** Lower-case hexadecimal SHA-256 by which the server will know it. */
  readonly fingerprint: string;
  readonly type: InstanceType;
  /** The kernel's name, for example `x86_64`. */
  readonly architecture: string;
  /** The stream's own spelling, for example `amd64`; the last part of `name/amd64` aliases. */
  readonly streamArchitecture: string;
  readonly os: string;
  readonly release: string;
  readonly variant: string;
  /** Name of the version, for example `20261101`. */
  readonly serial: string;
  /** The product's alias names, without the architecture forms. */
  readonly aliases: readonly string[];
  /** `os release_title arch (label) (serial)`. */
  readonly description: string;
  /** What the server will keep as the image's properties; empty ones are left out. */
  readonly properties: Readonly<Record<string, string>>;
  /** Midnight (UTC) of the day that the serial begins with, for example `2026-11-01T00:00:00Z`. */
  readonly createdAt: string;
  /** The end of support of the release; `1970-01-01T00:00:00Z` when the stream tells none. */
  readonly expiresAt: string;
  /** Sum of all files. */
  readonly sizeBytes: number;
  /** Metadata first, then the root file system or disk; one file for a unified image. */
  readonly files: readonly StreamImageFile[];
}

/** A kind of file that makes an image together with its metadata. */
export interface Partner {
  readonly ftype: string;
  readonly type: InstanceType;
  readonly combined: readonly string[];
}

/** Root file systems and disks, the preferred first; `combined` are the metadata fields with the fingerprint. */
export const partners: readonly Partner[] = [
  { ftype: "squashfs", type: "container", combined: ["combined_squashfs_sha256"] },
  { ftype: "root.tar.xz", type: "container", combined: ["combined_rootxz_sha256", "combined_sha256"] },
  { ftype: "disk-kvm.img", type: "virtual-machine", combined: ["combined_disk-kvm-img_sha256"] },
  { ftype: "uefi1.img", type: "virtual-machine", combined: ["combined_uefi1-img_sha256"] },
  { ftype: "disk1.img", type: "virtual-machine", combined: ["combined_disk1-img_sha256"] },
];

/**
 * The images that `flavour` finds in a products file, in the order in which it prefers them: newest serial first
 * within one os, release, variant and architecture.
 *
 * @see The simplestreams image format as LXD and Incus read it: one image for each root file of each version.
 */
export function streamImages(document: StreamProducts, flavour: Flavour): StreamImage[] {
  return Object.values(document.products)
    .flatMap((product) => productImages(product, flavour))
    .toSorted(byPreference);
}

function productImages(product: StreamProduct, flavour: Flavour): StreamImage[] {
  const architecture = kernelArchitecture(product.arch);
  if (architecture === undefined) return [];
  const { arch: streamArchitecture, os, release, variant } = product;
  const aliases = product.aliases.split(",").filter((name) => name !== "");
  const expiresAt = midnight(product.support_eol.replaceAll("-", "")) ?? "1970-01-01T00:00:00Z";
  return Object.entries(product.versions).flatMap(([serial, version]) => {
    // Both families read the first eight characters as the date and skip a version without one.
    const createdAt = midnight(serial.slice(0, 8));
    if (createdAt === undefined) return [];
    const named = { architecture, streamArchitecture, os, release, variant, serial, aliases, createdAt, expiresAt };
    return versionImages(Object.values(version.items), flavour).map(({ fingerprint, type, files }) => {
      const properties = propertiesOf(product, serial, version.label, files);
      const description = properties["description"] ?? "";
      const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
      return { fingerprint, type, ...named, description, properties, sizeBytes, files };
    });
  });
}

function propertiesOf(
  { os, release, release_title, version, arch, variant, requirements }: StreamProduct,
  serial: string,
  label: string,
  files: readonly StreamImageFile[],
): Readonly<Record<string, string>> {
  const words = [os, release_title || release, arch, label && `(${label})`, `(${serial})`];
  const ftype = files.at(-1)?.ftype ?? "";
  const all = {
    architecture: arch,
    description: words.filter((word) => word !== "").join(" "),
    label,
    os,
    release,
    serial,
    type: ftype.endsWith("_combined.tar.gz") ? "tar.gz" : ftype,
    variant,
    version,
    ...Object.fromEntries(Object.entries(requirements).map(([key, value]) => [`requirements.${key}`, value])),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

function versionImages(
  items: readonly StreamItem[],
  flavour: Flavour,
): Pick<StreamImage, "fingerprint" | "type" | "files">[] {
  const unified = items
    .filter((item) => item.ftype === `${flavour}_combined.tar.gz` && item.sha256 !== "")
    .map((item) => ({ fingerprint: item.sha256, type: "container" as const, files: [toFile(item)] }));
  const split = items
    .filter((item) => item.ftype === `${flavour}.tar.xz`)
    .flatMap((metadata) =>
      partners.flatMap(({ ftype, type, combined }) => {
        const root = items.find((item) => item.ftype === ftype);
        const fingerprint = combined
          .map((field) => metadata[field])
          .find((value) => typeof value === "string" && value !== "");
        if (root === undefined || typeof fingerprint !== "string") return [];
        return [{ fingerprint, type, files: [toFile(metadata), toFile(root)] }];
      }),
    );
  return [...unified, ...split];
}

function toFile(item: StreamItem): StreamImageFile {
  return { ftype: item.ftype, path: item.path, sizeBytes: item.size, sha256: item.sha256 };
}

/** Midnight (UTC) of a day `YYYYMMDD`; undefined when there is no such day. */
function midnight(text: string): string | undefined {
  const [, year = "", month = "", day = ""] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isDay = year !== "" && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return isDay ? `${year}-${month}-${day}T00:00:00Z` : undefined;
}

/** Orders images as both families prefer them. */
export function byPreference(a: StreamImage, b: StreamImage): number {
  return (
    compare(a.os, b.os) ||
    compare(a.release, b.release) ||
    compare(a.variant, b.variant) ||
    compare(b.serial, a.serial) ||
    compare(a.architecture, b.architecture) ||
    rank(a) - rank(b)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Unified images first, then as listed in {@link partners}. */
function rank(image: StreamImage): number {
  return partners.findIndex(({ ftype }) => ftype === image.files.at(-1)?.ftype);
}
