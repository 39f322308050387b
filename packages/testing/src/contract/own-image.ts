import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { headerPrefix } from "@lxdkit/protocol";
import { writeTar } from "../images/tar.ts";
import type { ContractTarget } from "./contract-case.ts";
import { type Answer, send, succeeds, toAnswer } from "./raw-http.ts";

/** The bytes of a small image that no server has yet. */
export function newUnifiedImage(metadata?: string): Buffer {
  const content = metadata ?? metadataText();
  return gzipSync(
    writeTar([
      { path: "metadata.yaml", content: Buffer.from(content) },
      { path: "rootfs/", content: Buffer.alloc(0) },
    ]),
  );
}

/** The text of a `metadata.yaml` that no other image has. */
export function metadataText(): string {
  const salt = randomBytes(8).toString("hex");
  return `architecture: x86_64\ncreation_date: 1700000000\nproperties:\n  os: tiny\n  salt: ${salt}x\n`;
}

/** The fingerprint that an image of these files has. */
export function fingerprintOf(...files: readonly Buffer[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file);
  return hash.digest("hex");
}

/** Sends bytes as the body of `POST /1.0/images`; the headers get the prefix of the family. */
export async function upload(
  target: ContractTarget,
  bytes: Buffer,
  options: {
    readonly type?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly query?: string;
  } = {},
): Promise<Answer> {
  const prefix = headerPrefix(target.flavour);
  const headers: Record<string, string> = { "Content-Type": options.type ?? "application/octet-stream" };
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[`${prefix}${name}`] = value;
  const { answer } = await exchange(target, "POST", `/1.0/images${options.query ?? ""}`, {
    bytes,
    headers,
  });
  return answer;
}

/** Sends and receives bytes. */
export async function exchange(
  target: ContractTarget,
  method: string,
  path: string,
  sent: { readonly bytes?: Buffer; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly answer: Answer; readonly bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const options = { socketPath: target.socketPath, method, path, headers: { ...sent.headers }, agent: false };
    const outgoing = request(options, (message) => {
      buffer(message).then((bytes) => resolve({ answer: toAnswer(message, bytes.toString()), bytes }), reject);
    });
    outgoing.on("error", reject);
    outgoing.end(sent.bytes);
  });
}

/** Uploads a new unified image, runs `use` with its URL and fingerprint, and removes it afterwards. */
export async function withImage(
  target: ContractTarget,
  use: (url: string, fingerprint: string) => Promise<void>,
): Promise<void> {
  const bytes = newUnifiedImage();
  const url = `/1.0/images/${fingerprintOf(bytes)}`;
  await succeeds(target, await upload(target, bytes));
  try {
    await use(url, fingerprintOf(bytes));
  } finally {
    await removeImage(target, url);
  }
}

/** Removes an image, should it be there. */
export async function removeImage(target: ContractTarget, url: string): Promise<void> {
  const answer = await send(target, "DELETE", url);
  if (answer.status === 202) await succeeds(target, answer);
}
