import { stat } from "node:fs/promises";
import { basename, posix, resolve } from "node:path";
import type { Client } from "@lxdkit/client";
import { LxdkitError } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import type { InstancePath } from "../command-line/instance-path.ts";
import { connect, type ServerOptions } from "../connect.ts";
import { transferProgress } from "../output/transfer-progress.ts";

/** Options of `lxdkit push`. */
export interface PushOptions extends ServerOptions {
  readonly recursive?: true | undefined;
  readonly createParents?: true | undefined;
  readonly mode?: number | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly quiet?: true | undefined;
}

/** What is pushed: a file, a folder, or the standard input. */
interface Source {
  readonly path: string;
  readonly kind: "file" | "folder" | "input";
}

/** Copies local files into an instance. */
export async function push(
  paths: readonly string[],
  target: InstancePath,
  options: PushOptions,
  signal: AbortSignal,
): Promise<void> {
  const sources: Source[] = [];
  for (const path of paths) sources.push(await inspect(path, options));
  if (target.isFolder && sources.some(({ kind }) => kind === "input")) {
    throw new LxdkitError("the standard input needs the name of a file to go to", { code: "BAD_ARGUMENT" });
  }
  const server = await connect(options, signal);
  try {
    const isFolder = target.isFolder || sources.length > 1 || (await isDirectory(server.client, target, signal));
    for (const source of sources) {
      const name = isFolder || source.kind === "folder" ? basename(resolve(source.path)) : "";
      await pushOne(server.client, source, { ...target, path: posix.join(target.path, name) }, options, signal);
    }
  } finally {
    await server.close();
  }
}

async function pushOne(
  client: Client,
  { path: local, kind }: Source,
  { instance, path }: InstancePath,
  { createParents, mode, uid, gid, quiet }: PushOptions,
  signal: AbortSignal,
): Promise<void> {
  const { files } = client.instances;
  const { onProgress, end } = transferProgress(`${local} to ${instance}${path}`, { quiet });
  const shared = { createParents: createParents === true, uid, gid, onProgress, signal };
  try {
    if (kind === "folder") await files.pushTree(instance, local, path, shared);
    else if (kind === "file") await files.pushFile(instance, local, path, { ...shared, mode });
    else await files.write(instance, path, process.stdin, { mode, uid, gid, signal });
  } finally {
    end();
  }
}

async function isDirectory(client: Client, { instance, path }: InstancePath, signal: AbortSignal): Promise<boolean> {
  try {
    return (await client.instances.files.stat(instance, path, { signal })).type === "directory";
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** Looks at what shall be pushed before anything is sent. */
async function inspect(path: string, { recursive }: PushOptions): Promise<Source> {
  if (path === "-") return { path, kind: "input" };
  const found = await stat(path).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    const text = code === "ENOENT" ? `there is no file ${path}` : `${path} cannot be read (${String(code)})`;
    throw new LxdkitError(text, { code: code === "ENOENT" ? "FILE_NOT_FOUND" : "FILE_NOT_READ", cause, address: path });
  });
  if (found.isFile()) return { path, kind: "file" };
  if (found.isDirectory() && recursive === true) return { path, kind: "folder" };
  throw new LxdkitError(found.isDirectory() ? `${path} is a folder` : `${path} is neither a file nor a folder`, {
    code: "BAD_ARGUMENT",
    ...(found.isDirectory() ? { hint: "Add --recursive to copy folders." } : {}),
  });
}
