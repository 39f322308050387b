import type { StorageVolumePost } from "@lxdkit/protocol";
import type { TargetOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import type { Settle } from "../operation-handle.ts";
import { settleCreation, settleDeletion } from "../settle.ts";
import { type VolumeAddress, type VolumePath, volumePath } from "./volume-address.ts";

/** For a new volume with content, which has no mark of being complete. */
export function settleVolumeCreation(context: ClientContext, path: VolumePath, options: TargetOptions): Settle {
  return settleCreation(context, "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}", { ...options, path });
}

/** For a move: a volume leaves its place last. When it stays in its pool and project, that cannot be told. */
export function settleVolumeMove(
  context: ClientContext,
  volume: VolumeAddress,
  { pool = volume.pool, project }: Partial<StorageVolumePost>,
  options: TargetOptions,
): Settle | undefined {
  const from = options.project ?? context.project ?? "default";
  if (pool === volume.pool && (project === undefined || project === from)) return undefined;
  const input = { ...options, path: volumePath(volume) };
  return settleDeletion(context, "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}", input);
}
