import {
  type StorageVolumeSnapshot,
  type StorageVolumeSnapshotPut,
  storageVolumeSnapshotSchema,
  type StorageVolumeSnapshotsPost,
} from "@lxdkit/protocol";
import { begin, change, read, readTagged } from "../call.ts";
import type { ChangeOptions, Tagged, TargetOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import type { OperationHandle, Settle } from "../operation-handle.ts";
import { settleCreation, settleDeletion, settleRename } from "../settle.ts";
import { type VolumeAddress, volumePath } from "./volume-address.ts";

/** Calls below `/1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots`. */
export interface StorageVolumeSnapshotsApi {
  /**
   * `GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots?recursion=1`: named `volume/snapshot` here.
   */
  list(volume: VolumeAddress, options?: TargetOptions): Promise<StorageVolumeSnapshot[]>;
  /** `GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots`: their URLs. */
  listUrls(volume: VolumeAddress, options?: TargetOptions): Promise<string[]>;
  /** `GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}`. */
  get(volume: VolumeAddress, snapshot: string, options?: TargetOptions): Promise<Tagged<StorageVolumeSnapshot>>;
  /** `POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots`; `CONFLICT` when it exists. */
  create(
    volume: VolumeAddress,
    snapshot: StorageVolumeSnapshotsPost,
    options?: TargetOptions,
  ): Promise<OperationHandle>;
  /** `PUT /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}`: replaces description and expiry. */
  update(
    volume: VolumeAddress,
    snapshot: string,
    values: StorageVolumeSnapshotPut,
    options?: ChangeOptions & TargetOptions,
  ): Promise<void>;
  /** `PATCH /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}`. */
  patch(
    volume: VolumeAddress,
    snapshot: string,
    values: StorageVolumeSnapshotPut,
    options?: ChangeOptions & TargetOptions,
  ): Promise<void>;
  /** `POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}`: gives it another name. */
  rename(volume: VolumeAddress, snapshot: string, newName: string, options?: TargetOptions): Promise<OperationHandle>;
  /** `DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}`. */
  delete(volume: VolumeAddress, snapshot: string, options?: TargetOptions): Promise<OperationHandle>;
}

/** Makes the calls below `/1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots`. */
export function storageVolumeSnapshotsApi(context: ClientContext): StorageVolumeSnapshotsApi {
  const collection = "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots";
  return {
    list(volume, options = {}) {
      const input = { ...options, path: volumePath(volume), recursion: 1 } as const;
      return read(context, collection, input, listOf(storageVolumeSnapshotSchema));
    },
    listUrls: (volume, options = {}) => read(context, collection, { ...options, path: volumePath(volume) }, urlsSchema),
    get(volume, snapshot, options = {}) {
      const get = "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}";
      const input = { ...options, path: { ...volumePath(volume), snapshot } };
      return readTagged(context, get, input, storageVolumeSnapshotSchema);
    },
    create(volume, body, options = {}) {
      const input = { ...options, path: volumePath(volume), body };
      const settle = outcomes(context, volume, options).creation(body.name);
      return begin(context, "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots", input, settle);
    },
    update(volume, snapshot, body, options = {}) {
      const input = { ...options, path: { ...volumePath(volume), snapshot }, body };
      return change(context, "PUT /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}", input);
    },
    patch(volume, snapshot, body, options = {}) {
      const input = { ...options, path: { ...volumePath(volume), snapshot }, body };
      return change(context, "PATCH /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}", input);
    },
    rename(volume, snapshot, name, options = {}) {
      const post = "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}";
      const input = { ...options, path: { ...volumePath(volume), snapshot }, body: { name } };
      return begin(context, post, input, outcomes(context, volume, options).rename(snapshot, name));
    },
    delete(volume, snapshot, options = {}) {
      const remove = "DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}";
      const input = { ...options, path: { ...volumePath(volume), snapshot } };
      return begin(context, remove, input, outcomes(context, volume, options).deletion(snapshot));
    },
  };
}

/** How the snapshot itself tells what a forgotten operation has done. */
function outcomes(context: ClientContext, volume: VolumeAddress, options: TargetOptions) {
  const item = "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}";
  const input = (snapshot: string) => ({ ...options, path: { ...volumePath(volume), snapshot } });
  return {
    /** A name that the server chose is not known. */
    creation: (name: string): Settle | undefined =>
      name === "" ? undefined : settleCreation(context, item, input(name)),
    rename: (from: string, to: string): Settle => settleRename(context, item, input(from), input(to)),
    deletion: (name: string): Settle => settleDeletion(context, item, input(name)),
  };
}
