import * as z from "zod";
import { flag, text } from "../wire.ts";

/** A backup of a custom volume: `GET .../volumes/custom/{volume}/backups/{backup}`. */
export interface StorageVolumeBackup {
  readonly name: string;
  readonly created_at: string;
  readonly expires_at: string;
  /** Without snapshots. */
  readonly volume_only: boolean;
  /** In the storage driver's own format. */
  readonly optimized_storage: boolean;
}

/** Reads a {@link StorageVolumeBackup}. */
export const storageVolumeBackupSchema: z.ZodType<StorageVolumeBackup> = z.looseObject({
  name: z.string(),
  created_at: text,
  expires_at: text,
  volume_only: flag,
  optimized_storage: flag,
});

/** Body of `POST .../volumes/custom/{volume}/backups`. */
export interface StorageVolumeBackupsPost {
  /** Empty: the server finds a name. */
  readonly name: string;
  /** RFC 3339. */
  readonly expires_at?: string;
  readonly volume_only?: boolean;
  readonly optimized_storage?: boolean;
  /** For example `gzip`, `zstd` or `none`. */
  readonly compression_algorithm?: string;
}

/** Body of `POST .../backups/{backup}`: the new name. */
export interface StorageVolumeBackupPost {
  readonly name: string;
}
