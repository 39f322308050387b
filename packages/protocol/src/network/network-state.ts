import * as z from "zod";
import {
  addressSchema,
  countersSchema,
  type InstanceAddress,
  type NetworkCounters,
} from "../instance/instance-state.ts";
import { amount, flag, listOf, orNull, text } from "../wire.ts";

/** How a bond works. */
export interface NetworkBond {
  readonly mode: string;
  readonly transmit_policy: string;
  /** Milliseconds. */
  readonly up_delay: number;
  /** Milliseconds. */
  readonly down_delay: number;
  /** Milliseconds. */
  readonly mii_frequency: number;
  readonly mii_state: string;
  readonly lower_devices: readonly string[];
}

/** How a bridge works. */
export interface NetworkBridge {
  readonly id: string;
  readonly stp: boolean;
  /** Hundredths of a second. */
  readonly forward_delay: number;
  readonly vlan_default: number;
  readonly vlan_filtering: boolean;
  readonly upper_devices: readonly string[];
}

/** What a VLAN stands on. */
export interface NetworkVlan {
  readonly lower_device: string;
  readonly vid: number;
}

/** Where an OVN network runs. */
export interface NetworkOvn {
  /** Member that is its gateway now. */
  readonly chassis: string;
  /** Extension `network_state_ovn_lr`. */
  readonly logical_router?: string | undefined;
  /** Extension `network_state_ovn_ls`. */
  readonly logical_switch?: string | undefined;
  /** Extension `network_ovn_state_addresses`. */
  readonly uplink_ipv4?: string | undefined;
  /** Extension `network_ovn_state_addresses`. */
  readonly uplink_ipv6?: string | undefined;
}

/** `GET /1.0/networks/{name}/state`. */
export interface NetworkState {
  readonly addresses: readonly InstanceAddress[];
  /** Since the interface was made; servers do not count errors here. */
  readonly counters: NetworkCounters;
  readonly hwaddr: string;
  readonly mtu: number;
  /** `up` or `down`. */
  readonly state: string;
  /** For example `broadcast` or `loopback`. */
  readonly type: string;
  readonly bond: NetworkBond | null;
  readonly bridge: NetworkBridge | null;
  readonly vlan: NetworkVlan | null;
  readonly ovn: NetworkOvn | null;
}

/** Reads a {@link NetworkState}. */
export const networkStateSchema: z.ZodType<NetworkState> = z.looseObject({
  addresses: listOf(addressSchema),
  counters: countersSchema,
  hwaddr: text,
  mtu: amount,
  state: text,
  type: text,
  bond: orNull(
    z.looseObject({
      mode: text,
      transmit_policy: text,
      up_delay: amount,
      down_delay: amount,
      mii_frequency: amount,
      mii_state: text,
      lower_devices: listOf(z.string()),
    }),
  ),
  bridge: orNull(
    z.looseObject({
      id: text,
      stp: flag,
      forward_delay: amount,
      vlan_default: amount,
      vlan_filtering: flag,
      upper_devices: listOf(z.string()),
    }),
  ),
  vlan: orNull(z.looseObject({ lower_device: text, vid: amount })),
  ovn: orNull(
    z.looseObject({
      chassis: text,
      logical_router: z.string().optional(),
      logical_switch: z.string().optional(),
      uplink_ipv4: z.string().optional(),
      uplink_ipv6: z.string().optional(),
    }),
  ),
});
