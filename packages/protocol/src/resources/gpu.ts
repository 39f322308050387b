import * as z from "zod";
import { amount, listOf, mapOf, text } from "../wire.ts";
import { type HardwareDevice, hardwareDeviceFields, type ResourcesSriov } from "./hardware.ts";

/** The device nodes of a graphics card. */
export interface ResourcesDrm {
  readonly id: number;
  readonly card_name: string;
  readonly card_device: string;
  readonly control_name: string;
  readonly control_device: string;
  readonly render_name: string;
  readonly render_device: string;
}

/** What NVIDIA's driver says. */
export interface ResourcesNvidia {
  readonly cuda_version: string;
  readonly nvrm_version: string;
  readonly brand: string;
  readonly model: string;
  readonly uuid: string;
  readonly architecture: string;
  readonly card_name: string;
  readonly card_device: string;
}

/** A kind of mediated device that a card can make. */
export interface ResourcesMdev {
  readonly api: string;
  /** How many more can be made. */
  readonly available: number;
  readonly name: string;
  readonly description: string;
  /** UUIDs of those in use. */
  readonly devices: readonly string[];
}

/** A graphics card. */
export interface ResourcesGpuCard extends HardwareDevice {
  readonly drm?: ResourcesDrm | null | undefined;
  readonly sriov?: ResourcesSriov<ResourcesGpuCard> | null | undefined;
  readonly nvidia?: ResourcesNvidia | null | undefined;
  /** By type. */
  readonly mdev?: Readonly<Record<string, ResourcesMdev>> | undefined;
}

const cardSchema: z.ZodType<ResourcesGpuCard> = z.looseObject({
  ...hardwareDeviceFields,
  drm: z
    .looseObject({
      id: amount,
      card_name: text,
      card_device: text,
      control_name: text,
      control_device: text,
      render_name: text,
      render_device: text,
    })
    .nullish(),
  get sriov(): z.ZodType<ResourcesSriov<ResourcesGpuCard> | null | undefined> {
    return z.looseObject({ current_vfs: amount, maximum_vfs: amount, vfs: listOf(cardSchema) }).nullish();
  },
  nvidia: z
    .looseObject({
      cuda_version: text,
      nvrm_version: text,
      brand: text,
      model: text,
      uuid: text,
      architecture: text,
      card_name: text,
      card_device: text,
    })
    .nullish(),
  mdev: mapOf(
    z.looseObject({ api: text, available: amount, name: text, description: text, devices: listOf(z.string()) }),
  ).optional(),
});

/** The graphics cards of the machine. */
export interface ResourcesGpu {
  readonly cards: readonly ResourcesGpuCard[];
  readonly total: number;
}

/** Reads a {@link ResourcesGpu}. */
export const resourcesGpuSchema: z.ZodType<ResourcesGpu> = z.looseObject({ cards: listOf(cardSchema), total: amount });
