import { type StorageVolumeBackup, storageVolumeBackupSchema, type StorageVolumeBackupsPost } from "@lxdkit/protocol";
import type { StreamedResponse } from "@lxdkit/transport";
import { begin, read, readStream } from "../call.ts";
import type { TargetOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import type { OperationHandle, Settle } from "../operation-handle.ts";
import { settleCreation, settleDeletion, settleRename } from "../settle.ts";
import { type VolumeAddress, volumePath } from "./volume-address.ts";

/** Calls below `/1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups`; servers have them for custom volumes only. */
export interface StorageVolumeBackupsApi {
  /** `GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups?recursion=1`. */
  list(volume: VolumeAddress, options?: TargetOptions): Promise<StorageVolumeBackup[]>;
  /** `GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups`: their URLs. */
  listUrls(volume: VolumeAddress, options?: TargetOptions): Promise<string[]>;
  /** `GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}`. */
  get(volume: VolumeAddress, backup: string, options?: TargetOptions): Promise<StorageVolumeBackup>;
  /** `POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups`. */
  create(volume: VolumeAddress, backup: StorageVolumeBackupsPost, options?: TargetOptions): Promise<OperationHandle>;
  /** `POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}`: gives it another name. */
  rename(volume: VolumeAddress, backup: string, newName: string, options?: TargetOptions): Promise<OperationHandle>;
  /** `DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}`. */
  delete(volume: VolumeAddress, backup: string, options?: TargetOptions): Promise<OperationHandle>;
  /** `GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}/export`: the tarball, as it comes. */
  export(volume: VolumeAddress, backup: string, options?: TargetOptions): Promise<StreamedResponse>;
}

/** Makes the calls below `/1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups`. */
export function storageVolumeBackupsApi(context: ClientContext): StorageVolumeBackupsApi {
  const collection = "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups";
  return {
    list(volume, options = {}) {
      const input = { ...options, path: volumePath(volume), recursion: 1 } as const;
      return read(context, collection, input, listOf(storageVolumeBackupSchema));
    },
    listUrls: (volume, options = {}) => read(context, collection, { ...options, path: volumePath(volume) }, urlsSchema),
    get(volume, backup, options = {}) {
      const get = "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}";
      const input = { ...options, path: { ...volumePath(volume), backup } };
      return read(context, get, input, storageVolumeBackupSchema);
    },
    create(volume, body, options = {}) {
      const input = { ...options, path: volumePath(volume), body };
      const settle = outcomes(context, volume, options).creation(body.name);
      return begin(context, "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups", input, settle);
    },
    rename(volume, backup, name, options = {}) {
      const post = "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}";
      const input = { ...options, path: { ...volumePath(volume), backup }, body: { name } };
      return begin(context, post, input, outcomes(context, volume, options).rename(backup, name));
    },
    delete(volume, backup, options = {}) {
      const remove = "DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}";
      const input = { ...options, path: { ...volumePath(volume), backup } };
      return begin(context, remove, input, outcomes(context, volume, options).deletion(backup));
    },
    export(volume, backup, options = {}) {
      const input = { ...options, path: { ...volumePath(volume), backup } };
      return readStream(
        context,
        "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}/export",
        input,
      );
    },
  };
}

/** How the backup itself tells what a forgotten operation has done. */
function outcomes(context: ClientContext, volume: VolumeAddress, options: TargetOptions) {
  const item = "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups/{backup}";
  const input = (backup: string) => ({ ...options, path: { ...volumePath(volume), backup } });
  return {
    /** A name that the server chose is not known. */
    creation: (name: string): Settle | undefined =>
      name === "" ? undefined : settleCreation(context, item, input(name)),
    rename: (from: string, to: string): Settle => settleRename(context, item, input(from), input(to)),
    deletion: (name: string): Settle => settleDeletion(context, item, input(name)),
  };
}
