import type { InstanceType } from "@lxdkit/protocol";
import { parse } from "yaml";
import type { Config, ImageRecord } from "../core/records.ts";
import { OperationFailure } from "../core/refusal.ts";
import { readTar } from "./tar.ts";

/** What an image says of itself. */
export interface ImageFacts {
  readonly architecture: string;
  /** Seconds since 1970. */
  readonly createdSeconds: number;
  readonly properties: Config;
  /** What a unified image holds; undefined when it is neither. */
  readonly type: InstanceType | undefined;
}

const architectures: Readonly<Record<string, string>> = {
  ...{ amd64: "x86_64", x86_64: "x86_64", i386: "i686", i686: "i686", arm64: "aarch64", aarch64: "aarch64" },
  ...{ armhf: "armv7l", armv7l: "armv7l", armv6l: "armv6l", armv8l: "armv8l", ppc64: "ppc64", ppc64el: "ppc64le" },
  ...{ ppc64le: "ppc64le", riscv64: "riscv64", s390x: "s390x" },
};

/** Reads the `metadata.yaml` of a tarball; fails with the servers' own words when it cannot be used. */
export function readImageFacts(bytes: Buffer): ImageFacts {
  if (bytes.length === 0) throw new OperationFailure("EOF");
  const members = readTar(bytes);
  if (members === undefined) throw new OperationFailure("Unsupported compression");
  const file = members.find(({ path }) => path === "metadata.yaml");
  if (file === undefined) throw new OperationFailure("Metadata tarball is missing metadata.yaml");
  const { fields, properties } = readMetadata(file.content.toString());
  const architecture = architectures[fields["architecture"] ?? ""];
  if (architecture === undefined) {
    throw new OperationFailure(`Architecture isn't supported: ${fields["architecture"] ?? ""}`);
  }
  const createdSeconds = Number(fields["creation_date"] ?? 0);
  if (!(createdSeconds > 0)) throw new OperationFailure("Missing creation date");
  const holds = (path: string): boolean => members.some((member) => member.path.startsWith(path));
  const type = holds("rootfs.img") ? "virtual-machine" : holds("rootfs/") ? "container" : undefined;
  return { architecture, createdSeconds, properties, type };
}

/** The properties that are packed in an image, whatever it was told since; undefined when its files do not say. */
export function packedProperties(image: ImageRecord | undefined): Config | undefined {
  const file = image?.files?.find(({ part }) => part === "metadata");
  if (file === undefined) return undefined;
  try {
    return readImageFacts(Buffer.from(file.content, "base64")).properties;
  } catch {
    return undefined;
  }
}

/** Fields of the metadata and what is below `properties`. All plain values are texts, as the servers read them. */
function readMetadata(yaml: string): { readonly fields: Config; readonly properties: Config } {
  const fields = texts(parseYaml(yaml));
  return { fields: fields.own, properties: texts(fields.below["properties"]).own };
}

function parseYaml(yaml: string): unknown {
  try {
    return parse(yaml, { schema: "failsafe", logLevel: "silent" });
  } catch {
    return undefined;
  }
}

function texts(node: unknown): { readonly own: Config; readonly below: Readonly<Record<string, unknown>> } {
  if (typeof node !== "object" || node === null || Array.isArray(node)) return { own: {}, below: {} };
  const entries = Object.entries(node as Record<string, unknown>);
  const isText = (entry: readonly [string, unknown]): entry is [string, string] => typeof entry[1] === "string";
  return { own: Object.fromEntries(entries.filter(isText)), below: Object.fromEntries(entries) };
}
