import { mkdir, stat } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Client } from "@lxdkit/client";
import { LxdkitError } from "@lxdkit/protocol";
import type { InstancePath } from "../command-line/instance-path.ts";
import { connect, type ServerOptions } from "../connect.ts";
import { transferProgress } from "../output/transfer-progress.ts";

/** Options of `lxdkit pull`. */
export interface PullOptions extends ServerOptions {
  readonly recursive?: true | undefined;
  readonly createParents?: true | undefined;
  readonly quiet?: true | undefined;
}

/** Copies files from instances. */
export async function pull(
  sources: readonly InstancePath[],
  target: string,
  options: PullOptions,
  signal: AbortSignal,
): Promise<void> {
  const isOutput = target === "-";
  if (isOutput && options.recursive === true) {
    throw new LxdkitError("directories cannot go to the standard output", { code: "BAD_ARGUMENT" });
  }
  const isFolder = !isOutput && (target.endsWith("/") || sources.length > 1 || (await isLocalFolder(target)));
  const server = await connect(options, signal);
  try {
    for (const source of sources) {
      if (isOutput) await print(server.client, source, signal);
      else await pullOne(server.client, source, { target, isFolder }, options, signal);
    }
  } finally {
    await server.close();
  }
}

async function pullOne(
  client: Client,
  { instance, path }: InstancePath,
  { target, isFolder }: { readonly target: string; readonly isFolder: boolean },
  { recursive, createParents, quiet }: PullOptions,
  signal: AbortSignal,
): Promise<void> {
  const { files } = client.instances;
  const { type } = await files.stat(instance, path, { signal });
  const isTree = type === "directory";
  if (isTree && recursive !== true) {
    throw new LxdkitError(`${instance}${path} is a directory`, {
      code: "BAD_ARGUMENT",
      hint: "Add --recursive to copy directories.",
    });
  }
  // The root of an instance has no name of its own.
  const name = posix.basename(path) || instance;
  const local = isFolder || isTree ? join(target, name) : target;
  if (createParents === true) await mkdir(dirname(local), { recursive: true });
  const { onProgress, end } = transferProgress(`${instance}${path} to ${local}`, { quiet });
  try {
    if (isTree) await files.pullTree(instance, path, local, { onProgress, signal });
    else await files.pullFile(instance, path, local, { onProgress, signal });
  } finally {
    end();
  }
}

async function print(client: Client, { instance, path }: InstancePath, signal: AbortSignal): Promise<void> {
  const file = await client.instances.files.get(instance, path, { signal });
  if (file.type === "file") {
    await pipeline(file.body, process.stdout, { end: false, signal });
    return;
  }
  throw new LxdkitError(`${instance}${path} is a ${file.type}`, { code: "BAD_ARGUMENT" });
}

async function isLocalFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // It is made, or told about, when it is written.
    return false;
  }
}
