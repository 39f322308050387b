import type { FakeState } from "./core/fake-state.ts";
import { randomMac } from "./core/random.ts";
import { createStore, type FakeSnapshot, saveStore } from "./core/store.ts";
import { poolFolder } from "./storage/pool-folder.ts";

/**
 * Puts there what a server has from the start, the default project and profile, and unless it is still to be
 * initialised a bridge and a pool, which the profile uses.
 */
export function addInitialRecords(state: FakeState, { isInitialised }: { readonly isInitialised: boolean }): void {
  const { store, facts, flavour } = state;
  const isIncus = flavour === "incus";
  store.projects.put({
    name: "default",
    description: `Default ${facts.title} project`,
    config: {
      "features.images": "true",
      "features.networks": "true",
      ...(isIncus ? { "features.networks.zones": "true" } : {}),
      "features.profiles": "true",
      ...(isIncus ? { "features.storage.buckets": "true" } : {}),
      "features.storage.volumes": "true",
    },
  });
  store.profiles.put({
    project: "default",
    name: "default",
    description: `Default ${facts.title} profile`,
    config: {},
    devices: isInitialised
      ? {
          eth0: { name: "eth0", network: facts.bridge, type: "nic" },
          root: { path: "/", pool: "default", type: "disk" },
        }
      : {},
  });
  if (!isInitialised) return;
  store.networks.put({
    project: "default",
    name: facts.bridge,
    description: "",
    type: "bridge",
    config: {
      "ipv4.address": facts.bridgeAddress,
      "ipv4.nat": "true",
      "ipv6.address": `${facts.bridgePrefix6}::1/64`,
      "ipv6.nat": "true",
    },
    hwaddr: randomMac(state.random, facts.macPrefix),
  });
  store.pools.put({
    name: "default",
    description: "",
    driver: "dir",
    config: { source: poolFolder(state, "default") },
  });
}

/** The state of a server that forgot everything but its own addresses. */
export function emptySnapshot(state: FakeState): FakeSnapshot {
  const store = createStore();
  const own = ["cluster.https_address", "core.https_address"];
  const config = Object.fromEntries(Object.entries(state.store.config).filter(([key]) => own.includes(key)));
  addInitialRecords({ ...state, store }, { isInitialised: false });
  return { ...saveStore(store, state.flavour), config };
}
