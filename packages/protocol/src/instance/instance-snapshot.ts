import * as z from "zod";
import { deviceMap, flag, listOf, stringMap, text } from "../wire.ts";
import type { Devices } from "./instance.ts";
import type { MigrationTarget } from "./instance-request.ts";

/** An earlier state of an instance: `GET /1.0/instances/{name}/snapshots/{snapshot}`. */
export interface InstanceSnapshot {
  /** Without the instance's name. */
  readonly name: string;
  /** Newer servers only. */
  readonly description?: string | undefined;
  readonly architecture: string;
  readonly ephemeral: boolean;
  /** With the running state. */
  readonly stateful: boolean;
  readonly profiles: readonly string[];
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Devices;
  readonly expanded_config: Readonly<Record<string, string>>;
  readonly expanded_devices: Devices;
  readonly created_at: string;
  readonly last_used_at: string;
  /** Unset: never. */
  readonly expires_at: string;
  /** Bytes; -1 when the storage driver cannot tell. */
  readonly size: number;
}

/** Reads an {@link InstanceSnapshot}. */
export const instanceSnapshotSchema: z.ZodType<InstanceSnapshot> = z.looseObject({
  name: z.string(),
  description: z.string().optional(),
  architecture: text,
  ephemeral: flag,
  stateful: flag,
  profiles: listOf(z.string()),
  config: stringMap,
  devices: deviceMap,
  expanded_config: stringMap,
  expanded_devices: deviceMap,
  created_at: text,
  last_used_at: text,
  expires_at: text,
  size: z.number().default(-1),
});

/** Body of `POST /1.0/instances/{name}/snapshots`. */
export interface InstanceSnapshotsPost {
  /** Empty: the server names it by `snapshots.pattern`. */
  readonly name: string;
  /** With the running state. */
  readonly stateful?: boolean;
  /** RFC 3339; null: never; missing: by `snapshots.expiry`. */
  readonly expires_at?: string | null;
}

/** Body of `PUT` and `PATCH` of an instance's snapshot. */
export interface InstanceSnapshotPut {
  /** RFC 3339. */
  readonly expires_at: string;
}

/** Body of `POST .../snapshots/{snapshot}`: renames or migrates. */
export interface InstanceSnapshotPost {
  readonly name: string;
  /** True starts a migration. */
  readonly migration?: boolean;
  readonly live?: boolean;
  readonly target?: MigrationTarget;
}
