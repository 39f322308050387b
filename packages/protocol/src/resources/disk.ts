import * as z from "zod";
import { amount, flag, listOf, text } from "../wire.ts";

/** A partition of a disk. */
export interface ResourcesPartition {
  /** For example `sda1`. */
  readonly id: string;
  /** `major:minor`. */
  readonly device: string;
  readonly read_only: boolean;
  /** Bytes. */
  readonly size: number;
  /** Its number. */
  readonly partition: number;
}

/** A disk. */
export interface ResourcesDisk {
  /** For example `sda`. */
  readonly id: string;
  /** `major:minor`. */
  readonly device: string;
  /** Name below `/dev/disk/by-id`. */
  readonly device_id: string;
  /** Name below `/dev/disk/by-path`. */
  readonly device_path: string;
  readonly model: string;
  /** For example `scsi`, `nvme`, `virtio`. */
  readonly type: string;
  readonly serial: string;
  readonly wwn: string;
  readonly firmware_version: string;
  readonly read_only: boolean;
  readonly removable: boolean;
  /** Bytes. */
  readonly size: number;
  /** Bytes. */
  readonly block_size: number;
  /** Turns a minute; 0 for solid state. */
  readonly rpm: number;
  readonly numa_node: number;
  readonly pci_address: string;
  readonly usb_address: string;
  readonly partitions: readonly ResourcesPartition[];
}

const partitionSchema: z.ZodType<ResourcesPartition> = z.looseObject({
  id: text,
  device: text,
  read_only: flag,
  size: amount,
  partition: amount,
});

const diskSchema: z.ZodType<ResourcesDisk> = z.looseObject({
  id: text,
  device: text,
  device_id: text,
  device_path: text,
  model: text,
  type: text,
  serial: text,
  wwn: text,
  firmware_version: text,
  read_only: flag,
  removable: flag,
  size: amount,
  block_size: amount,
  rpm: amount,
  numa_node: amount,
  pci_address: text,
  usb_address: text,
  partitions: listOf(partitionSchema),
});

/** The disks of the machine. */
export interface ResourcesStorage {
  readonly disks: readonly ResourcesDisk[];
  readonly total: number;
}

/** Reads a {@link ResourcesStorage}. */
export const resourcesStorageSchema: z.ZodType<ResourcesStorage> = z.looseObject({
  disks: listOf(diskSchema),
  total: amount,
});
