import * as z from "zod";
import { type InstanceType, instanceTypeSchema } from "./image.ts";
import { deviceMap, listOf, mapOf, stringMap } from "./wire.ts";

/** Devices by name; a device is a map of text keys to text values. */
export type Devices = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One address of an instance's interface. */
export interface InstanceAddress {
  readonly family: string;
  readonly address: string;
  readonly netmask: string;
  readonly scope: string;
}

/** One interface inside an instance. */
export interface InstanceNetwork {
  readonly addresses: readonly InstanceAddress[];
  readonly hwaddr: string;
  readonly host_name: string;
  readonly mtu: number;
  readonly state: string;
  readonly type: string;
}

/** What an instance is doing now: `GET /1.0/instances/{name}/state`. */
export interface InstanceState {
  readonly status: string;
  readonly status_code: number;
  readonly pid: number;
  readonly processes: number;
  /** By interface name; empty unless the instance runs. */
  readonly network: Readonly<Record<string, InstanceNetwork>>;
}

/** A container or a virtual machine: `GET /1.0/instances/{name}`. Fields that this type does not name are kept. */
export interface Instance {
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly status_code: number;
  readonly type: InstanceType;
  readonly architecture: string;
  readonly ephemeral: boolean;
  readonly stateful: boolean;
  readonly profiles: readonly string[];
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Devices;
  readonly expanded_config: Readonly<Record<string, string>>;
  readonly expanded_devices: Devices;
  readonly created_at: string;
  readonly last_used_at: string;
  /** Cluster member, or `none`. */
  readonly location: string;
  readonly project: string;
}

/** An instance with what it is doing: the objects of `GET /1.0/instances?recursion=2`. */
export interface InstanceFull extends Instance {
  /** Null when the server could not read it, for example on a member that is off-line. */
  readonly state: InstanceState | null;
}

const addressSchema: z.ZodType<InstanceAddress> = z.looseObject({
  family: z.string(),
  address: z.string(),
  netmask: z.string().default(""),
  scope: z.string().default(""),
});

const networkSchema: z.ZodType<InstanceNetwork> = z.looseObject({
  addresses: listOf(addressSchema),
  hwaddr: z.string().default(""),
  host_name: z.string().default(""),
  mtu: z.number().default(0),
  state: z.string().default(""),
  type: z.string().default(""),
});

/** Reads an {@link InstanceState}. */
export const instanceStateSchema: z.ZodType<InstanceState> = z.looseObject({
  status: z.string(),
  status_code: z.number(),
  pid: z.number().default(0),
  processes: z.number().default(0),
  network: mapOf(networkSchema),
});

const instanceFields = {
  name: z.string(),
  description: z.string().default(""),
  status: z.string().default(""),
  status_code: z.number().default(0),
  type: instanceTypeSchema,
  architecture: z.string().default(""),
  ephemeral: z.boolean().default(false),
  stateful: z.boolean().default(false),
  profiles: listOf(z.string()),
  config: stringMap,
  devices: deviceMap,
  expanded_config: stringMap,
  expanded_devices: deviceMap,
  created_at: z.string().default(""),
  last_used_at: z.string().default(""),
  location: z.string().default(""),
  project: z.string().default("default"),
};

/** Reads an {@link Instance}. */
export const instanceSchema: z.ZodType<Instance> = z.looseObject(instanceFields);

/** Reads an {@link InstanceFull}. */
export const instanceFullSchema: z.ZodType<InstanceFull> = z.looseObject({
  ...instanceFields,
  state: instanceStateSchema.nullish().transform((state) => state ?? null),
});
