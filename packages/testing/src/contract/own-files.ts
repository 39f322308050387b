import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { headerPrefix } from "@lxdkit/protocol";
import type { ContractTarget } from "./contract-case.ts";
import { assertDone } from "./own-object.ts";
import { type Answer, assertRefused, assertSync, send } from "./raw-http.ts";

/** What a request about a file carries; the headers get the prefix of the family. */
export interface FileRequest {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The URL of a file of the instance at `path`. */
function fileUrl(path: string, file: string): string {
  return `${path}/files?path=${encodeURIComponent(file)}`;
}

/** Asks something about a file. */
export function askFile(
  target: ContractTarget,
  method: string,
  path: string,
  file: string,
  { body, headers = {} }: FileRequest = {},
): Promise<Answer> {
  const prefix = headerPrefix(target.flavour);
  const prefixed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [`${prefix}${name}`, value]));
  // Files are bytes, and nobody gives them a type.
  const type = { "Content-Type": "application/octet-stream" };
  const options = { headers: { ...type, ...prefixed }, ...(body === undefined ? {} : { body }) };
  return send(target, method, fileUrl(path, file), options);
}

/** Writes a file, or makes a directory or a link by the headers. */
export async function putFile(
  target: ContractTarget,
  path: string,
  file: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  assertDone(await askFile(target, "POST", path, file, { body, headers }));
}

/** Reads a file or where a link leads. */
export async function readFile(target: ContractTarget, path: string, file: string): Promise<Answer> {
  const answer = await askFile(target, "GET", path, file);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers["content-type"], "application/octet-stream");
  return answer;
}

/** The names in a directory, sorted; servers give them as the disk does. */
export async function readDirectory(target: ContractTarget, path: string, file: string): Promise<readonly string[]> {
  const answer = await askFile(target, "GET", path, file);
  assertSync(answer);
  assert.equal(fileHeaders(target, answer.headers).type, "directory");
  return (answer.metadata as string[]).toSorted();
}

/** The headers that tell what a file is, without their prefix. */
export function fileHeaders(
  target: ContractTarget,
  headers: IncomingHttpHeaders,
): Readonly<Record<"uid" | "gid" | "mode" | "type" | "modified", string | undefined>> {
  const header = (name: string): string | undefined =>
    headers[`${headerPrefix(target.flavour)}${name}`.toLowerCase()] as string | undefined;
  const [uid, gid, mode] = [header("uid"), header("gid"), header("mode")];
  return { uid, gid, mode, type: header("type"), modified: header("modified") };
}

/** Owner, group, mode and type of a file in one line. */
export async function statLine(target: ContractTarget, path: string, file: string): Promise<string> {
  const answer = await askFile(target, "HEAD", path, file);
  assert.equal(answer.status, 200);
  const { uid, gid, mode, type } = fileHeaders(target, answer.headers);
  return `${uid} ${gid} ${mode} ${type}`;
}

/** Asserts that nothing is done with a file because of something that the kernel says. */
export function assertKernelRefuses(answer: Answer, what: string, reason: string): void {
  assertRefused(answer, 500, `sftp: ${JSON.stringify(`${what}: ${reason}`)} (SSH_FX_FAILURE)`);
}
