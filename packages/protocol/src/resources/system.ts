import * as z from "zod";
import { amount, orNull, text } from "../wire.ts";

/** What the firmware says of the machine. */
export interface ResourcesSystem {
  readonly uuid: string;
  readonly vendor: string;
  readonly product: string;
  readonly family: string;
  readonly version: string;
  readonly sku: string;
  readonly serial: string;
  /** `physical`, `virtual-machine` or `container`. */
  readonly type: string;
  readonly firmware: { readonly vendor: string; readonly date: string; readonly version: string } | null;
  readonly chassis: {
    readonly vendor: string;
    readonly type: string;
    readonly serial: string;
    readonly version: string;
  } | null;
  readonly motherboard: {
    readonly vendor: string;
    readonly product: string;
    readonly serial: string;
    readonly version: string;
  } | null;
}

/** Reads a {@link ResourcesSystem}. */
export const resourcesSystemSchema: z.ZodType<ResourcesSystem> = z.looseObject({
  uuid: text,
  vendor: text,
  product: text,
  family: text,
  version: text,
  sku: text,
  serial: text,
  type: text,
  firmware: orNull(z.looseObject({ vendor: text, date: text, version: text })),
  chassis: orNull(z.looseObject({ vendor: text, type: text, serial: text, version: text })),
  motherboard: orNull(z.looseObject({ vendor: text, product: text, serial: text, version: text })),
});

/** The load of the machine. Servers capitalise these keys. */
export interface ResourcesLoad {
  readonly Average1Min: number;
  readonly Average5Min: number;
  readonly Average10Min: number;
  /** Number of processes. */
  readonly Processes: number;
}

/** Reads a {@link ResourcesLoad}. */
export const resourcesLoadSchema: z.ZodType<ResourcesLoad> = z.looseObject({
  Average1Min: amount,
  Average5Min: amount,
  Average10Min: amount,
  Processes: amount,
});
