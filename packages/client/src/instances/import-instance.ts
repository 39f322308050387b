import { flavourOf, headerPrefix } from "@lxdkit/protocol";
import type { Content } from "@lxdkit/transport";
import { begin } from "../call.ts";
import type { TargetOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { headerText } from "../header-text.ts";
import { countProgress, measuredContent, type OnProgress, sizeOf } from "../measured-content.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { settleCreation } from "../settle.ts";

/** A backup of an instance, to make an instance of. */
export interface InstanceImport {
  readonly content: Content;
  /** Bytes of a content that is a stream; checked while it is sent. */
  readonly sizeBytes?: number | undefined;
  /** Name of the new instance; that of the original unless given. */
  readonly name?: string | undefined;
  /** Storage pool; that of the original unless given, or the default profile's where there is none of that name. */
  readonly pool?: string | undefined;
}

/** Options of {@link InstancesApi.createFromBackup}. */
export interface InstanceImportOptions extends TargetOptions {
  readonly onProgress?: OnProgress | undefined;
}

/** Uploads a backup, of which the server makes an instance. */
export async function importInstance(
  context: ClientContext,
  route: "POST /1.0/instances",
  { content, sizeBytes, name, pool }: InstanceImport,
  { onProgress, ...options }: InstanceImportOptions,
): Promise<OperationHandle> {
  const prefix = headerPrefix(flavourOf(await context.info(options.signal)));
  const total = sizeOf(content, sizeBytes);
  const progress = countProgress(total, onProgress);
  const headers = {
    "content-type": "application/octet-stream",
    ...(total === undefined ? {} : { "content-length": String(total) }),
    ...(name === undefined ? {} : { [`${prefix}name`]: headerText(name) }),
    ...(pool === undefined ? {} : { [`${prefix}pool`]: headerText(pool) }),
  };
  const input = { ...options, headers, content: measuredContent(content, total, progress.add) };
  const item = "GET /1.0/instances/{name}";
  const settle = name === undefined ? undefined : settleCreation(context, item, { ...options, path: { name } });
  const handle = await begin(context, route, input, settle);
  progress.end();
  return handle;
}
