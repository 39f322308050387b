import * as z from "zod";
import { amount, flag, listOf, stringMap, text } from "../wire.ts";
import { type HardwareDevice, hardwareDeviceFields, type ResourcesSriov } from "./hardware.ts";

/** A port of a network card. */
export interface ResourcesNetworkPort {
  /** Name of the interface. */
  readonly id: string;
  /** MAC address. */
  readonly address: string;
  readonly port: number;
  /** `ethernet` or `infiniband`. */
  readonly protocol: string;
  readonly supported_modes: readonly string[];
  readonly supported_ports: readonly string[];
  readonly port_type: string;
  readonly transceiver_type: string;
  readonly auto_negotiation: boolean;
  readonly link_detected: boolean;
  /** Mbit/s. */
  readonly link_speed: number;
  readonly link_duplex: string;
  /** Device nodes, by kind. */
  readonly infiniband?: Readonly<Record<string, string>> | undefined;
}

/** A network card. */
export interface ResourcesNetworkCard extends HardwareDevice {
  readonly ports: readonly ResourcesNetworkPort[];
  readonly sriov?: ResourcesSriov<ResourcesNetworkCard> | null | undefined;
  readonly firmware_version?: string | undefined;
  /** Extension `ovn_nic_acceleration_vdpa`. */
  readonly vdpa?: { readonly name: string; readonly device: string } | null | undefined;
}

const portSchema: z.ZodType<ResourcesNetworkPort> = z.looseObject({
  id: text,
  address: text,
  port: amount,
  protocol: text,
  supported_modes: listOf(z.string()),
  supported_ports: listOf(z.string()),
  port_type: text,
  transceiver_type: text,
  auto_negotiation: flag,
  link_detected: flag,
  link_speed: amount,
  link_duplex: text,
  infiniband: stringMap.optional(),
});

const cardSchema: z.ZodType<ResourcesNetworkCard> = z.looseObject({
  ...hardwareDeviceFields,
  ports: listOf(portSchema),
  get sriov(): z.ZodType<ResourcesSriov<ResourcesNetworkCard> | null | undefined> {
    return z.looseObject({ current_vfs: amount, maximum_vfs: amount, vfs: listOf(cardSchema) }).nullish();
  },
  firmware_version: z.string().optional(),
  vdpa: z.looseObject({ name: text, device: text }).nullish(),
});

/** The network cards of the machine. */
export interface ResourcesNetwork {
  readonly cards: readonly ResourcesNetworkCard[];
  readonly total: number;
}

/** Reads a {@link ResourcesNetwork}. */
export const resourcesNetworkSchema: z.ZodType<ResourcesNetwork> = z.looseObject({
  cards: listOf(cardSchema),
  total: amount,
});
