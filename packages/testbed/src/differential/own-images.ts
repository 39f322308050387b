import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { writeTar } from "../../../testing/src/images/tar.ts";
import type { Call } from "./call.ts";

/** An image whose bytes the calls carry. */
export interface OwnImage {
  readonly fingerprint: string;
  readonly upload: Call;
}

function unified(metadata: string): Buffer {
  const files = [
    { path: "metadata.yaml", content: Buffer.from(metadata) },
    { path: "rootfs/", content: Buffer.alloc(0) },
  ];
  return gzipSync(writeTar(files));
}

function ownImage(metadata: string, headers: Readonly<Record<string, string>>): OwnImage {
  const bytes = unified(metadata);
  const fingerprint = createHash("sha256").update(bytes).digest("hex");
  return { fingerprint, upload: uploadOf(bytes, headers) };
}

function uploadOf(bytes: Buffer, headers: Readonly<Record<string, string>>): Call {
  return {
    method: "POST",
    path: "/1.0/images",
    base64: bytes.toString("base64"),
    headers: { "Content-Type": "application/octet-stream", ...headers },
  };
}

const metadata = "architecture: x86_64\ncreation_date: 1700000000\nproperties:\n  os: tiny\n";

/** Images that both servers get to know by an upload. */
export const ownImages: readonly OwnImage[] = [
  ownImage(`${metadata}  number: "1"\n`, {}),
  ownImage(`${metadata}  number: "2"\n`, { "{Prefix}public": "true", "{Prefix}properties": "color=blue&os=other" }),
];

/** Uploads of what is no image. */
export const badUploads: readonly Call[] = [
  uploadOf(Buffer.from("garbage of some length"), {}),
  uploadOf(unified("creation_date: 5\n"), {}),
  uploadOf(unified("architecture: frob\ncreation_date: 5\n"), {}),
  uploadOf(unified("architecture: x86_64\n"), {}),
  uploadOf(unified(metadata), { "{Prefix}fingerprint": "0000" }),
  uploadOf(gzipSync(writeTar([{ path: "x", content: Buffer.from("y") }])), {}),
];
