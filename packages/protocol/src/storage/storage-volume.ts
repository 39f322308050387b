import * as z from "zod";
import { amount, listOf, orNull, stringMap, text } from "../wire.ts";

/** A volume of a pool: `GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}`. */
export interface StorageVolume {
  /** `volume`, or `volume/snapshot` in lists. */
  readonly name: string;
  /** `custom`, `container`, `virtual-machine` or `image`. */
  readonly type: string;
  /** `filesystem`, `block` or `iso`. */
  readonly content_type: string;
  readonly description: string;
  readonly config: Readonly<Record<string, string>>;
  /** URLs of what uses it. */
  readonly used_by: readonly string[];
  /** Cluster member, or `none`. */
  readonly location: string;
  readonly project: string;
  /** Unset on LXD 5.0. */
  readonly created_at: string;
}

/** Reads a {@link StorageVolume}. */
export const storageVolumeSchema: z.ZodType<StorageVolume> = z.looseObject({
  name: z.string(),
  type: text,
  content_type: text,
  description: text,
  config: stringMap,
  used_by: listOf(z.string()),
  location: text,
  project: text,
  created_at: text,
});

/** `GET .../volumes/{type}/{volume}/state`. */
export interface StorageVolumeState {
  /** Bytes. Null when the driver cannot tell; `total` is 0 when the volume has no limit. */
  readonly usage: { readonly used: number; readonly total: number } | null;
}

/** Reads a {@link StorageVolumeState}. */
export const storageVolumeStateSchema: z.ZodType<StorageVolumeState> = z.looseObject({
  usage: orNull(z.looseObject({ used: amount, total: amount })),
});

/** Body of `PUT` (replaces) and `PATCH .../volumes/{type}/{volume}` (merges). */
export interface StorageVolumePut {
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
  /** Name of a snapshot to go back to. */
  readonly restore?: string;
}

/** Where a new volume takes its content from. */
export interface StorageVolumeSource {
  readonly type: "copy" | "migration";
  /** Volume to copy, or `volume/snapshot`. */
  readonly name?: string;
  /** Pool of that volume. */
  readonly pool?: string;
  /** Project of that volume. */
  readonly project?: string;
  /** Cluster member of that volume. Extension `cluster_internal_custom_volume_copy`, which LXD 5.0 lacks. */
  readonly location?: string;
  readonly mode?: "pull" | "push";
  /** URL of the migration operation on the other server. */
  readonly operation?: string;
  /** Secrets of that operation's web sockets. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** PEM certificate of the other server. */
  readonly certificate?: string;
  /** Without snapshots. */
  readonly volume_only?: boolean;
  /** Bring an existing volume up to date. */
  readonly refresh?: boolean;
  /** Extension `custom_volume_refresh_exclude_older_snapshots`. */
  readonly refresh_exclude_older?: boolean;
}

/** Body of `POST .../volumes/{type}`, and with `type` of `POST .../volumes`. */
export interface StorageVolumesPost extends StorageVolumePut {
  readonly name: string;
  readonly type?: string;
  /** Missing: `filesystem`. */
  readonly content_type?: string;
  /** Missing: an empty volume. */
  readonly source?: StorageVolumeSource;
}

/** Body of `POST .../volumes/{type}/{volume}`: renames, moves or migrates. */
export interface StorageVolumePost {
  readonly name: string;
  /** Pool to move to. */
  readonly pool?: string;
  /** Project to move to. */
  readonly project?: string;
  /** True starts a migration. */
  readonly migration?: boolean;
  /** Of a migration that pushes. */
  readonly target?: {
    readonly certificate?: string;
    readonly operation?: string;
    readonly secrets?: Readonly<Record<string, string>>;
  };
  readonly volume_only?: boolean;
  readonly source?: { readonly location?: string };
}
