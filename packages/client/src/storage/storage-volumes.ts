import {
  flavourOf,
  headerPrefix,
  type StorageVolume,
  type StorageVolumePost,
  type StorageVolumePut,
  storageVolumeSchema,
  type StorageVolumeSource,
  type StorageVolumesPost,
  type StorageVolumeState,
  storageVolumeStateSchema,
} from "@lxdkit/protocol";
import type { Content } from "@lxdkit/transport";
import { begin, change, read, readTagged } from "../call.ts";
import type { AllProjectsOptions, ChangeOptions, FilterOptions, Tagged, TargetOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { settleVolumeCreation, settleVolumeMove } from "./settle-volume.ts";
import { type StorageVolumeBackupsApi, storageVolumeBackupsApi } from "./storage-volume-backups.ts";
import { type StorageVolumeSnapshotsApi, storageVolumeSnapshotsApi } from "./storage-volume-snapshots.ts";
import { type VolumeAddress, volumePath, type VolumeType } from "./volume-address.ts";

/** Options of a list of volumes. */
export interface ListVolumesOptions extends FilterOptions, AllProjectsOptions, TargetOptions {
  /** Only those of this kind; all kinds unless given. */
  readonly type?: VolumeType | undefined;
}

/** Options of {@link StorageVolumesApi.import}. */
export interface ImportVolumeOptions extends TargetOptions {
  /** Name of the new volume; of a backup, the one it was made of unless given. */
  readonly name?: string | undefined;
  /** What the content is: a backup (the default), or an ISO image (extension `custom_volume_iso`). */
  readonly contentType?: "backup" | "iso" | undefined;
}

/** Calls below `/1.0/storage-pools/{pool}/volumes`. */
export interface StorageVolumesApi {
  readonly backups: StorageVolumeBackupsApi;
  readonly snapshots: StorageVolumeSnapshotsApi;
  /**
   * `GET /1.0/storage-pools/{pool}/volumes?recursion=1`, or `GET /1.0/storage-pools/{pool}/volumes/{type}?recursion=1`
   * with `type`: also snapshots, named `volume/snapshot`.
   */
  list(pool: string, options?: ListVolumesOptions): Promise<StorageVolume[]>;
  /** `GET /1.0/storage-pools/{pool}/volumes` or `GET /1.0/storage-pools/{pool}/volumes/{type}`: their URLs. */
  listUrls(pool: string, options?: ListVolumesOptions): Promise<string[]>;
  /** `GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}`. */
  get(volume: VolumeAddress, options?: TargetOptions): Promise<Tagged<StorageVolume>>;
  /**
   * `GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/state`: how much of it is used. Where the driver cannot
   * tell: `SERVER_ERROR` from LXD 5.0, null from Incus.
   */
  state(volume: VolumeAddress, options?: TargetOptions): Promise<StorageVolumeState>;
  /** `POST /1.0/storage-pools/{pool}/volumes`: makes an empty volume, `custom` unless told; `CONFLICT` when it exists. */
  create(pool: string, volume: Omit<StorageVolumesPost, "source">, options?: TargetOptions): Promise<void>;
  /**
   * `POST /1.0/storage-pools/{pool}/volumes/{type}`: copies a volume, receives one from another server, or with
   * `refresh` brings one up to date. For a migration that the other side pushes, the operation has the secrets.
   */
  createFrom(
    pool: string,
    volume: StorageVolumesPost & { readonly source: StorageVolumeSource },
    options?: TargetOptions,
  ): Promise<OperationHandle>;
  /** `POST /1.0/storage-pools/{pool}/volumes/{type}` with bytes: makes a custom volume of a backup or an ISO image. */
  import(pool: string, content: Content, options?: ImportVolumeOptions): Promise<OperationHandle>;
  /**
   * `PUT /1.0/storage-pools/{pool}/volumes/{type}/{volume}`: replaces the configuration, or with `restore` goes back to
   * a snapshot.
   */
  update(volume: VolumeAddress, values: StorageVolumePut, options?: ChangeOptions & TargetOptions): Promise<void>;
  /**
   * `PATCH /1.0/storage-pools/{pool}/volumes/{type}/{volume}`: merges `config`; a description that is left out is
   * emptied.
   */
  patch(volume: VolumeAddress, values: StorageVolumePut, options?: ChangeOptions & TargetOptions): Promise<void>;
  /** `POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}`: gives it another name. */
  rename(volume: VolumeAddress, newName: string, options?: TargetOptions): Promise<void>;
  /**
   * `POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}`: moves it to another pool or project, under the same name
   * unless told.
   */
  move(volume: VolumeAddress, to: Partial<StorageVolumePost>, options?: TargetOptions): Promise<OperationHandle>;
  /**
   * `POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}` with `migration`: offers it to another server, which pulls
   * it with the secrets in the operation's metadata; with `target` it is pushed there.
   */
  migrate(
    volume: VolumeAddress,
    migration?: Partial<Omit<StorageVolumePost, "migration">>,
    options?: TargetOptions,
  ): Promise<OperationHandle>;
  /** `DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}`: with its snapshots. */
  delete(volume: VolumeAddress, options?: TargetOptions): Promise<void>;
}

/** Makes the calls below `/1.0/storage-pools/{pool}/volumes`. */
export function storageVolumesApi(context: ClientContext): StorageVolumesApi {
  const all = "GET /1.0/storage-pools/{pool}/volumes";
  const ofType = "GET /1.0/storage-pools/{pool}/volumes/{type}";
  return {
    backups: storageVolumeBackupsApi(context),
    snapshots: storageVolumeSnapshotsApi(context),
    list(pool, { type, ...options } = {}) {
      const input = { ...options, recursion: 1 } as const;
      const schema = listOf(storageVolumeSchema);
      if (type === undefined) return read(context, all, { ...input, path: { pool } }, schema);
      return read(context, ofType, { ...input, path: { pool, type } }, schema);
    },
    listUrls(pool, { type, ...options } = {}) {
      if (type === undefined) return read(context, all, { ...options, path: { pool } }, urlsSchema);
      return read(context, ofType, { ...options, path: { pool, type } }, urlsSchema);
    },
    get(volume, options = {}) {
      const input = { ...options, path: volumePath(volume) };
      return readTagged(context, "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}", input, storageVolumeSchema);
    },
    state(volume, options = {}) {
      const stateRoute = "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/state";
      return read(context, stateRoute, { ...options, path: volumePath(volume) }, storageVolumeStateSchema);
    },
    create(pool, volume, options = {}) {
      const input = { ...options, path: { pool }, body: { type: "custom", ...volume } };
      return change(context, "POST /1.0/storage-pools/{pool}/volumes", input);
    },
    createFrom(pool, body, options = {}) {
      const { name, type = "custom" } = body;
      const settle = settleVolumeCreation(context, { pool, type, volume: name }, options);
      const input = { ...options, path: { pool, type }, body };
      return begin(context, "POST /1.0/storage-pools/{pool}/volumes/{type}", input, settle);
    },
    async import(pool, content, { name, contentType = "backup", ...options } = {}) {
      const prefix = headerPrefix(flavourOf(await context.info(options.signal)));
      const headers = {
        "content-type": "application/octet-stream",
        ...(name === undefined ? {} : { [`${prefix}name`]: name }),
        ...(contentType === "iso" ? { [`${prefix}type`]: "iso" } : {}),
      };
      const extension = contentType === "iso" ? "custom_volume_iso" : undefined;
      const settle =
        name === undefined ? undefined : settleVolumeCreation(context, volumePath({ pool, name }), options);
      const input = { ...options, path: { pool, type: "custom" }, content, headers, extension } as const;
      return begin(context, "POST /1.0/storage-pools/{pool}/volumes/{type}", input, settle);
    },
    update(volume, body, options = {}) {
      const input = { ...options, path: volumePath(volume), body };
      return change(context, "PUT /1.0/storage-pools/{pool}/volumes/{type}/{volume}", input);
    },
    patch(volume, body, options = {}) {
      const input = { ...options, path: volumePath(volume), body };
      return change(context, "PATCH /1.0/storage-pools/{pool}/volumes/{type}/{volume}", input);
    },
    rename(volume, name, options = {}) {
      const input = { ...options, path: volumePath(volume), body: { name } };
      return change(context, "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}", input);
    },
    move(volume, to, options = {}) {
      const input = { ...options, path: volumePath(volume), body: { name: volume.name, ...to } };
      const settle = settleVolumeMove(context, volume, to, options);
      return begin(context, "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}", input, settle);
    },
    migrate(volume, migration, options = {}) {
      const body = { name: volume.name, ...migration, migration: true };
      const input = { ...options, path: volumePath(volume), body };
      return begin(context, "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}", input);
    },
    delete(volume, options = {}) {
      const input = { ...options, path: volumePath(volume) };
      return change(context, "DELETE /1.0/storage-pools/{pool}/volumes/{type}/{volume}", input);
    },
  };
}
