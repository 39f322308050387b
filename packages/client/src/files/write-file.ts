import { fileHeaders, type FileWriteAttributes, flavourOf, headerPrefix } from "@lxdkit/protocol";
import type { Content } from "@lxdkit/transport";
import { change } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";

/** The owner and the mode that a new file gets. */
export interface NewFileAttributes {
  /** Numeric id as the instance sees it; 0 by default. */
  readonly uid?: number | undefined;
  /** Numeric id as the instance sees it; 0 by default. */
  readonly gid?: number | undefined;
  /** Permission bits, at most 0777: servers drop the special bits. */
  readonly mode?: number | undefined;
}

/** Options of {@link FilesApi.write}. */
export interface WriteFileOptions extends CallOptions, NewFileAttributes {
  /** Add to the end of a file that is there; `NOT_FOUND` when there is none. Otherwise its content is replaced. */
  readonly append?: boolean | undefined;
}

/** Options of {@link FilesApi.makeDirectory}. */
export interface MakeDirectoryOptions extends CallOptions, NewFileAttributes {}

/** Options of {@link FilesApi.delete}. */
export interface DeleteFileOptions extends CallOptions {
  /** Also a directory that is not empty. Extension `file_delete_force`, newer Incus only. */
  readonly force?: boolean | undefined;
}

/** Writes a file, a directory or a link with one request. */
export async function postFile(
  context: ClientContext,
  name: string,
  path: string,
  content: Content,
  {
    signal,
    timeoutMs,
    project,
    ...others
  }: CallOptions & NewFileAttributes & Pick<FileWriteAttributes, "type" | "write">,
): Promise<void> {
  const flavour = flavourOf(await context.info(signal));
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  await change(context, "POST /1.0/instances/{name}/files", {
    signal,
    timeoutMs,
    project,
    path: { name },
    query: { path },
    content,
    headers: fileHeaders(Object.fromEntries(given), flavour),
  });
}

/** Deletes a file. See {@link FilesApi.delete}. */
export async function deleteInstanceFile(
  context: ClientContext,
  name: string,
  path: string,
  { force = false, ...options }: DeleteFileOptions,
): Promise<void> {
  const input = { ...options, path: { name }, query: { path } };
  if (!force) return change(context, "DELETE /1.0/instances/{name}/files", input);
  const prefix = headerPrefix(flavourOf(await context.info(options.signal)));
  await change(context, "DELETE /1.0/instances/{name}/files", {
    ...input,
    headers: { [`${prefix}force`]: "true" },
    extension: "file_delete_force",
  });
}
