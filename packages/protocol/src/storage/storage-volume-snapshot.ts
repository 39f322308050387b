import * as z from "zod";
import { stringMap, text } from "../wire.ts";

/** A snapshot of a volume: `GET .../volumes/{type}/{volume}/snapshots/{snapshot}`. */
export interface StorageVolumeSnapshot {
  /** `volume/snapshot` in lists. */
  readonly name: string;
  readonly description: string;
  readonly config: Readonly<Record<string, string>>;
  readonly content_type: string;
  /** Unset on LXD 5.0. */
  readonly created_at: string;
  /** Null or unset: never. */
  readonly expires_at: string | null;
}

/** Reads a {@link StorageVolumeSnapshot}. */
export const storageVolumeSnapshotSchema: z.ZodType<StorageVolumeSnapshot> = z.looseObject({
  name: z.string(),
  description: text,
  config: stringMap,
  content_type: text,
  created_at: text,
  expires_at: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
});

/** Body of `POST .../volumes/{type}/{volume}/snapshots`. */
export interface StorageVolumeSnapshotsPost {
  /** Empty: the server names it by `snapshots.pattern`. */
  readonly name: string;
  /** RFC 3339. */
  readonly expires_at?: string;
}

/** Body of `PUT` (replaces) and `PATCH` of a volume's snapshot. */
export interface StorageVolumeSnapshotPut {
  readonly description?: string;
  /** RFC 3339; null: never. */
  readonly expires_at?: string | null;
}

/** Body of `POST .../snapshots/{snapshot}`: the new name. */
export interface StorageVolumeSnapshotPost {
  readonly name: string;
}
