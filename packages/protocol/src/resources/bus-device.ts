import * as z from "zod";
import { amount, listOf, orNull, stringMap, text } from "../wire.ts";
import { type HardwareDevice, hardwareDeviceFields, type HardwareName, hardwareNameFields } from "./hardware.ts";

/** One function of a USB device. */
export interface ResourcesUsbInterface {
  readonly number: number;
  readonly class: string;
  readonly class_id: number;
  readonly subclass: string;
  readonly subclass_id: number;
  readonly driver: string;
  readonly driver_version: string;
}

/** A USB device. */
export interface ResourcesUsbDevice extends HardwareName {
  readonly bus_address: number;
  readonly device_address: number;
  /** Mbit/s. */
  readonly speed: number;
  /** Extension `device_usb_serial`. */
  readonly serial?: string | undefined;
  readonly interfaces: readonly ResourcesUsbInterface[];
}

/** The USB devices of the machine. */
export interface ResourcesUsb {
  readonly devices: readonly ResourcesUsbDevice[];
  readonly total: number;
}

/** Reads a {@link ResourcesUsb}. */
export const resourcesUsbSchema: z.ZodType<ResourcesUsb> = z.looseObject({
  devices: listOf(
    z.looseObject({
      ...hardwareNameFields,
      bus_address: amount,
      device_address: amount,
      speed: amount,
      serial: z.string().optional(),
      interfaces: listOf(
        z.looseObject({
          number: amount,
          class: text,
          class_id: amount,
          subclass: text,
          subclass_id: amount,
          driver: text,
          driver_version: text,
        }),
      ),
    }),
  ),
  total: amount,
});

/** A PCI device. */
export interface ResourcesPciDevice extends HardwareDevice {
  readonly iommu_group: number;
  /** Vital product data. */
  readonly vpd: {
    readonly product_name?: string | undefined;
    readonly entries: Readonly<Record<string, string>>;
  } | null;
}

/** The PCI devices of the machine. */
export interface ResourcesPci {
  readonly devices: readonly ResourcesPciDevice[];
  readonly total: number;
}

/** Reads a {@link ResourcesPci}. */
export const resourcesPciSchema: z.ZodType<ResourcesPci> = z.looseObject({
  devices: listOf(
    z.looseObject({
      ...hardwareDeviceFields,
      iommu_group: amount,
      vpd: orNull(z.looseObject({ product_name: z.string().optional(), entries: stringMap })),
    }),
  ),
  total: amount,
});
