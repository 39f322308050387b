import type { Devices } from "@lxdkit/protocol";
import { cleanConfig } from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import { randomHex } from "../core/random.ts";
import type { InstanceRecord } from "../core/records.ts";
import { deviceChanges } from "./instance-check.ts";
import { expandedDevices } from "./instance-expansion.ts";
import { nicsOf } from "./instance-network.ts";
import { withVolatileKeys } from "./volatile-keys.ts";

/** Brings an instance, whose devices were `before`, in line with those that it has now: its volatile keys and its network. */
export function followDevices(state: FakeState, instance: InstanceRecord, before: Devices): void {
  const devices = expandedDevices(state, instance);
  const config = withVolatileKeys(state, instance.config, devices, before);
  const { removed, added } = deviceChanges(before, devices);
  if (instance.power === undefined) {
    instance.config = cleanConfig(config);
    return;
  }
  const gone = Object.entries(config).filter(([key]) => !removed.some((name) => key === `volatile.${name}.host_name`));
  const hosts = added
    .filter((name) => devices[name]?.["type"] === "nic")
    .map((name): [string, string] => [
      `volatile.${name}.host_name`,
      devices[name]?.["host_name"] || `veth${randomHex(state.random, 8)}`,
    ]);
  instance.config = cleanConfig(Object.fromEntries([...gone, ...hosts]));
  const replaced = nicsOf(state, instance).filter(({ device }) => added.includes(device));
  state.running.get(instance)?.replug(replaced.map((nic) => nic.interface));
}

/**
 * Notes what is left of a change that ends at a device which cannot be added, where the devices were `before` and were
 * to be `all`: those to be removed are gone by then, and LXD has noted something about the one that failed.
 */
export function noteFailedAdd(
  state: FakeState,
  instance: InstanceRecord,
  { before, all, failed }: { readonly before: Devices; readonly all: Devices; readonly failed: string },
): void {
  const { added } = deviceChanges(before, all);
  const missing = state.flavour === "lxd" ? added.slice(added.indexOf(failed) + 1) : added;
  const devices = Object.fromEntries(Object.entries(all).filter(([name]) => !missing.includes(name)));
  instance.config = cleanConfig(withVolatileKeys(state, instance.config, devices, before));
}
