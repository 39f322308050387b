import * as z from "zod";
import { amount, text } from "../wire.ts";

/** Who made a device and what it is. */
export interface HardwareName {
  readonly vendor: string;
  /** Hexadecimal. */
  readonly vendor_id: string;
  readonly product: string;
  /** Hexadecimal. */
  readonly product_id: string;
}

/** A device and its place in the machine. */
export interface HardwareDevice extends HardwareName {
  readonly driver: string;
  readonly driver_version: string;
  readonly numa_node: number;
  /** For example `0000:00:03.0`. */
  readonly pci_address: string;
  /** `bus:device`, for devices on USB. */
  readonly usb_address?: string | undefined;
}

/** Fields of a {@link HardwareName}. */
export const hardwareNameFields: Record<keyof HardwareName, z.ZodType<string>> = {
  vendor: text,
  vendor_id: text,
  product: text,
  product_id: text,
};

/** Fields of a {@link HardwareDevice}. */
export const hardwareDeviceFields: Record<
  keyof HardwareName | "driver" | "driver_version" | "pci_address",
  z.ZodType<string>
> & {
  readonly numa_node: z.ZodType<number>;
  readonly usb_address: z.ZodType<string | undefined>;
} = {
  ...hardwareNameFields,
  driver: text,
  driver_version: text,
  numa_node: amount,
  pci_address: text,
  usb_address: z.string().optional(),
};

/** Virtual functions of a card. */
export interface ResourcesSriov<Card> {
  readonly current_vfs: number;
  readonly maximum_vfs: number;
  readonly vfs: readonly Card[];
}
