import type { Devices } from "@lxdkit/protocol";
import type { Device } from "../devices/device.ts";
import type { FakeState } from "../core/fake-state.ts";
import { randomMac } from "../core/random.ts";
import type { Config } from "../core/records.ts";

/**
 * The configuration with what the server notes about the devices of an instance: a MAC address and a name for each
 * interface that has none of its own and is new or changed since `before`. What was noted about devices that are gone
 * since is dropped.
 */
export function withVolatileKeys(state: FakeState, config: Config, devices: Devices, before: Devices = {}): Config {
  const kept = Object.entries(config).filter(([key]) => !isStale(key, devices, before));
  const noted: Record<string, string> = Object.fromEntries(kept);
  for (const [name, device] of Object.entries(devices)) {
    const { type = "", hwaddr = "", name: own = "" } = device;
    if ((type !== "nic" && type !== "infiniband") || isSame(before[name], device)) continue;
    const key = `volatile.${name}`;
    if (hwaddr === "" && hasGeneratedMac(state, device) && noted[`${key}.hwaddr`] === undefined) {
      noted[`${key}.hwaddr`] = randomMac(state.random, state.facts.macPrefix);
    }
    if (own === "" && noted[`${key}.name`] === undefined) {
      noted[`${key}.name`] = freeName(type === "nic" ? "eth" : "ib", devices, noted);
    }
  }
  return noted;
}

function isSame(before: Device | undefined, device: Device): boolean {
  const keys = Object.keys(device);
  return (
    before !== undefined &&
    keys.length === Object.keys(before).length &&
    keys.every((key) => before[key] === device[key])
  );
}

function isStale(key: string, devices: Devices, before: Devices): boolean {
  const [, name = "", option = ""] = /^volatile\.([^.]+)\.(.+)$/.exec(key) ?? [];
  const device = devices[name];
  if (device === undefined) return before[name] !== undefined;
  if (before[name] !== undefined && before[name]["type"] !== device["type"]) return true;
  return (option === "hwaddr" || option === "name") && (device[option] ?? "") !== "";
}

/** Interfaces of the machine itself keep the address that they have. */
function hasGeneratedMac({ flavour }: FakeState, { type, nictype = "" }: Device): boolean {
  if (type !== "nic" || nictype === "physical" || nictype === "ipvlan") return false;
  return nictype !== "sriov" || flavour === "incus";
}

function freeName(prefix: string, devices: Devices, config: Config): string {
  const taken = new Set(
    Object.entries(devices).map(([name, device]) => device["name"] || config[`volatile.${name}.name`]),
  );
  let at = 0;
  while (taken.has(`${prefix}${String(at)}`)) at += 1;
  return `${prefix}${String(at)}`;
}
