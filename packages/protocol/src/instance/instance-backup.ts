import * as z from "zod";
import { flag, text } from "../wire.ts";

/** An archive of an instance: `GET /1.0/instances/{name}/backups/{backup}`. */
export interface InstanceBackup {
  readonly name: string;
  readonly created_at: string;
  /** Unset: never. */
  readonly expires_at: string;
  /** Without snapshots. */
  readonly instance_only: boolean;
  /** The same, as LXD calls it for older clients. */
  readonly container_only?: boolean | undefined;
  /** In the storage driver's own format. */
  readonly optimized_storage: boolean;
}

/** Reads an {@link InstanceBackup}. */
export const instanceBackupSchema: z.ZodType<InstanceBackup> = z.looseObject({
  name: z.string(),
  created_at: text,
  expires_at: text,
  instance_only: flag,
  container_only: z.boolean().optional(),
  optimized_storage: flag,
});

/** Body of `POST /1.0/instances/{name}/backups`. */
export interface InstanceBackupsPost {
  /** Empty: the server finds a name. */
  readonly name: string;
  /** RFC 3339. */
  readonly expires_at?: string;
  readonly instance_only?: boolean;
  readonly optimized_storage?: boolean;
  /** For example `gzip`, `zstd` or `none`. */
  readonly compression_algorithm?: string;
}

/** Body of `POST .../backups/{backup}`: the new name. */
export interface InstanceBackupPost {
  readonly name: string;
}
