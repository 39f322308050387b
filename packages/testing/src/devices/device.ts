import type { Devices, InstanceType } from "@lxdkit/protocol";
import type { FakeState } from "../core/fake-state.ts";

/** The options of one device. */
export type Device = Readonly<Record<string, string>>;

/** Whose devices are checked. */
export interface DeviceOwner {
  readonly state: FakeState;
  /** The project of the instance or the profile. */
  readonly project: string;
  readonly kind: InstanceType | "profile";
}

/** What is wrong with a device; `status` is that of the answer where the servers map it, such as 404. */
export interface DeviceProblem {
  readonly text: string;
  readonly status?: number;
}

/** A device among others. */
export interface NamedDevice {
  readonly name: string;
  readonly device: Device;
  /** The devices that it is one of. */
  readonly all: Devices;
}

/** Says whether an option is switched on. */
export function isOn(value = ""): boolean {
  return /^(?:true|1|yes|on)$/i.test(value);
}
