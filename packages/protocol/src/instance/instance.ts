import * as z from "zod";
import { type InstanceType, instanceTypeSchema } from "../image/image.ts";
import { deviceMap, flag, listOf, orNull, stringMap, text } from "../wire.ts";
import { type InstanceBackup, instanceBackupSchema } from "./instance-backup.ts";
import { type InstanceSnapshot, instanceSnapshotSchema } from "./instance-snapshot.ts";
import { type InstanceState, instanceStateSchema } from "./instance-state.ts";

/** Devices by name; a device is a map of text keys to text values. */
export type Devices = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A container or a virtual machine: `GET /1.0/instances/{name}`. Fields that this type does not name are kept. */
export interface Instance {
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly status_code: number;
  readonly type: InstanceType;
  /** Kernel name. */
  readonly architecture: string;
  /** Removed when it stops. */
  readonly ephemeral: boolean;
  /** Has a saved running state. */
  readonly stateful: boolean;
  readonly profiles: readonly string[];
  /** Its own keys, with the server's `volatile.*`. */
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Devices;
  /** With those of its profiles. */
  readonly expanded_config: Readonly<Record<string, string>>;
  readonly expanded_devices: Devices;
  readonly created_at: string;
  /** The year 1970: never. */
  readonly last_used_at: string;
  /** Cluster member, or `none`. */
  readonly location: string;
  readonly project: string;
}

/** An instance with what it is doing: the objects of `GET /1.0/instances?recursion=2`. */
export interface InstanceFull extends Instance {
  /** Null when the server could not read it, for example on a member that is off-line. */
  readonly state: InstanceState | null;
  readonly snapshots: readonly InstanceSnapshot[];
  readonly backups: readonly InstanceBackup[];
}

const instanceFields = {
  name: z.string(),
  description: text,
  status: text,
  status_code: z.number().default(0),
  type: instanceTypeSchema,
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
  location: text,
  project: z.string().default("default"),
};

/** Reads an {@link Instance}. */
export const instanceSchema: z.ZodType<Instance> = z.looseObject(instanceFields);

/** Reads an {@link InstanceFull}. */
export const instanceFullSchema: z.ZodType<InstanceFull> = z.looseObject({
  ...instanceFields,
  state: orNull(instanceStateSchema),
  snapshots: listOf(instanceSnapshotSchema),
  backups: listOf(instanceBackupSchema),
});
