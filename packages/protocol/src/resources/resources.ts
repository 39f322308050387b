import * as z from "zod";
import { type ResourcesPci, resourcesPciSchema, type ResourcesUsb, resourcesUsbSchema } from "./bus-device.ts";
import { type ResourcesStorage, resourcesStorageSchema } from "./disk.ts";
import { type ResourcesGpu, resourcesGpuSchema } from "./gpu.ts";
import { type ResourcesMemory, resourcesMemorySchema } from "./memory.ts";
import { type ResourcesNetwork, resourcesNetworkSchema } from "./network-card.ts";
import { type ResourcesCpu, resourcesCpuSchema } from "./processor.ts";
import { type ResourcesLoad, resourcesLoadSchema, type ResourcesSystem, resourcesSystemSchema } from "./system.ts";

/** The hardware of the server: `GET /1.0/resources`. */
export interface Resources {
  readonly cpu: ResourcesCpu;
  readonly memory: ResourcesMemory;
  readonly gpu: ResourcesGpu;
  readonly network: ResourcesNetwork;
  readonly storage: ResourcesStorage;
  readonly usb: ResourcesUsb;
  readonly pci: ResourcesPci;
  readonly system: ResourcesSystem;
  /** Extension `resources_load`. */
  readonly load?: ResourcesLoad | undefined;
}

/** Reads a {@link Resources}. */
export const resourcesSchema: z.ZodType<Resources> = z.looseObject({
  cpu: resourcesCpuSchema,
  memory: resourcesMemorySchema,
  gpu: resourcesGpuSchema,
  network: resourcesNetworkSchema,
  storage: resourcesStorageSchema,
  usb: resourcesUsbSchema,
  pci: resourcesPciSchema,
  system: resourcesSystemSchema,
  load: resourcesLoadSchema.optional(),
});
