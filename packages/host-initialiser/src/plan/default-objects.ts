import type { Devices, Flavour } from "@lxdkit/protocol";
import { subnetsOverlap } from "@lxdkit/network-devices";
import type { HostFacts } from "../host/host-facts.ts";
import { InitialiserError } from "../initialiser-error.ts";
import type { ServerState } from "../preseed/server-state.ts";
import { createStep, type PlannedObject, updateSteps } from "../steps/object-steps.ts";
import type { Step } from "../steps/step.ts";
import type { HostWishes, NetworkWish, StorageWish } from "./host-wishes.ts";

/** A server as it is right after it was installed. */
export function freshState(flavour: Flavour): ServerState {
  const none = { pools: [], networks: [], projects: [], volumes: [], storageDrivers: [], config: {} };
  const nothing = { config: {}, description: "", used_by: [], devices: {} };
  const profiles = [{ ...nothing, name: "default", inProject: "default" }];
  return { ...none, profiles, flavour, version: "", isClustered: false, hasNetworks: true, hasStorage: true };
}

/** The steps that give a server a pool, a bridge, and the default profile both. */
export function defaultObjectSteps(facts: HostFacts, state: ServerState, wishes: HostWishes): readonly Step[] {
  const profile = state.profiles.find(({ name, inProject }) => name === "default" && inProject === "default");
  const devices = profile?.devices ?? {};
  const storage = storageSteps(state, devices, wishes.storage ?? {});
  const network = networkSteps(facts, state, devices, wishes.network ?? {});
  const object: PlannedObject = { kind: "profile", name: "default", collection: "/1.0/profiles" };
  const wanted = { ...network.devices, ...storage.devices };
  return [
    ...storage.steps,
    ...network.steps,
    ...updateSteps(object, { config: {}, description: "", ...profile, devices }, { devices: wanted }, whyOf(wanted)),
  ];
}

interface Part {
  readonly steps: readonly Step[];
  /** What the default profile gets. */
  readonly devices: Devices;
}

const nothing: Part = { steps: [], devices: {} };

function whyOf(devices: Devices): string {
  const parts = Object.values(devices).map(({ type }) => (type === "disk" ? "a root disk" : "a network"));
  return `containers get ${parts.sort().join(" and ")} from it`;
}

function storageSteps(state: ServerState, devices: Devices, wish: StorageWish | false): Part {
  const hasRoot = Object.values(devices).some(({ path }) => path === "/");
  if (wish === false || hasRoot || !state.hasStorage) return nothing;
  const usable = state.pools.filter(({ status }) => status === "Created" || status === "");
  const { name = "default", driver = "dir", config } = wish;
  const present = usable.find((pool) => pool.name === name) ?? usable[0];
  if (present === undefined && state.pools.length > 0) {
    const told = state.pools.map((pool) => `${pool.name} is ${pool.status}`).join(", ");
    throw new InitialiserError(`no storage pool can be used: ${told}`, {
      code: "POOL_NOT_READY",
      hint: "Complete or delete these pools.",
    });
  }
  if (present === undefined && state.storageDrivers.length > 0 && !state.storageDrivers.includes(driver)) {
    throw new InitialiserError(`the server cannot use the storage driver ${driver}`, {
      code: "DRIVER_NOT_SUPPORTED",
      hint: `Choose one of ${[...state.storageDrivers].sort().join(", ")}, or install the driver's programs and restart the server.`,
    });
  }
  const device = freeName(devices, "root", (at) => `root${String(at)}`);
  const root = { [device]: { type: "disk", path: "/", pool: present?.name ?? name } };
  if (present !== undefined) return { steps: [], devices: root };
  const pool = { kind: "storage pool", name, collection: "/1.0/storage-pools" };
  return {
    steps: [createStep(pool, { driver, ...(config && { config }) }, "the server has no storage pool")],
    devices: root,
  };
}

function networkSteps(facts: HostFacts, state: ServerState, devices: Devices, wish: NetworkWish | false): Part {
  const hasNic = Object.values(devices).some(({ type }) => type === "nic");
  // In a cluster each member needs its own decision; without network API the bridge has a file of its own.
  if (wish === false || hasNic || !state.hasNetworks || state.isClustered) return nothing;
  const own = state.networks.filter(({ inProject }) => inProject === "default");
  const wanted = wish.name === undefined ? undefined : own.find(({ name }) => name === wish.name);
  const present = wanted ?? (wish.name === undefined ? own.find(({ managed }) => managed) : undefined);
  const device = freeName(devices, "eth0", (at) => `eth${String(at + 1)}`);
  if (present !== undefined) {
    const { name, type, managed } = present;
    // A bridge takes containers itself; on anything else they get an interface of their own beside it.
    const how =
      type === "bridge"
        ? managed
          ? { network: name }
          : { nictype: "bridged", parent: name }
        : { nictype: "macvlan", parent: name };
    return { steps: [], devices: { [device]: { type: "nic", name: device, ...how } } };
  }
  const name = wish.name ?? freeBridge(facts, state);
  checkSubnet(facts, wish);
  const config = {
    ...(wish.ipv4 !== undefined && {
      "ipv4.address": wish.ipv4,
      ...(wish.ipv4.includes("/") && { "ipv4.nat": "true" }),
    }),
    ...(wish.ipv6 !== undefined && {
      "ipv6.address": wish.ipv6,
      ...(wish.ipv6.includes("/") && { "ipv6.nat": "true" }),
    }),
  };
  const bridge = { kind: "network", name, collection: "/1.0/networks" };
  return {
    steps: [createStep(bridge, Object.keys(config).length === 0 ? {} : { config }, "the server has no network")],
    devices: { [device]: { type: "nic", name: device, network: name } },
  };
}

/** The first name that neither an interface of the host nor a network has, as `lxd init --auto` chooses. */
function freeBridge({ interfaces }: HostFacts, { flavour, networks }: ServerState): string {
  const taken = new Set([...interfaces, ...networks.map(({ name }) => name)]);
  const stem = flavour === "incus" ? "incusbr" : "lxdbr";
  let at = 0;
  while (taken.has(`${stem}${String(at)}`)) at += 1;
  return `${stem}${String(at)}`;
}

function checkSubnet({ addresses, routes }: HostFacts, { ipv4 = "auto" }: NetworkWish): void {
  if (!ipv4.includes("/")) return;
  const other = [...addresses, ...routes].find((used) => subnetsOverlap(used, ipv4));
  if (other === undefined) return;
  throw new InitialiserError(`the subnet ${ipv4} is in use on this host: ${other}`, {
    code: "SUBNET_IN_USE",
    hint: "Choose another one, or let the server draw one (auto).",
  });
}

function freeName(devices: Devices, first: string, next: (at: number) => string): string {
  let name = first;
  for (let at = 0; Object.hasOwn(devices, name); at += 1) name = next(at);
  return name;
}
