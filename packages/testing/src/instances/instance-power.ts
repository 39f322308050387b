import { sortedMap } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord, InterfaceAddresses, PowerRecord } from "../core/records.ts";
import { wireTime } from "../core/wire-time.ts";
import { isInSubnet } from "../networks/address-rules.ts";
import { createProcessTable, type ProcessTable } from "./exec/processes.ts";
import { eui64, type Nic, nicsOf } from "./instance-network.ts";

/** The switch of an instance that runs. */
export interface RunningInstance {
  /** Ends it at once; a second call does nothing. */
  switchOff(): void;
  /** Connects it to its networks anew after a change of its devices; `replaced` are the names of new interfaces. */
  replug(replaced: readonly string[]): void;
  /** Settles when it is off. */
  readonly off: Promise<void>;
  /** What commands started in it. */
  readonly processes: ProcessTable;
}

/** Switches a stopped instance on; its addresses come later. */
export function switchOn(state: FakeState, instance: InstanceRecord): void {
  instance.power = {
    pid: 1000 + Math.floor(state.random() * 30_000),
    startedAt: wireTime(state.clock.now()),
    addresses: Object.fromEntries(nicsOf(state, instance).map((nic) => [nic.interface, {}])),
  };
  state.consoles.start(instance);
  keepRunning(state, instance, instance.power);
}

/** Gives an instance that is on, also one of a saved state, its switch and the addresses that it lacks. */
function keepRunning(state: FakeState, instance: InstanceRecord, power: PowerRecord): void {
  let cancels = leaseAddresses(state, instance, power);
  let tell = (): void => undefined;
  const off = new Promise<void>((resolve) => {
    tell = resolve;
  });
  state.running.set(instance, {
    off,
    processes: createProcessTable(),
    replug(replaced) {
      for (const cancel of cancels) cancel();
      const names = nicsOf(state, instance).map((nic) => nic.interface);
      for (const name of Object.keys(power.addresses)) if (!names.includes(name)) delete power.addresses[name];
      for (const name of names) if (replaced.includes(name)) power.addresses[name] = {};
      cancels = leaseAddresses(state, instance, power);
    },
    switchOff() {
      if (!state.running.delete(instance)) return;
      for (const cancel of cancels) cancel();
      state.consoles.stop(instance);
      instance.power = undefined;
      instance.frozen = false;
      const kept = Object.entries(instance.config).filter(([key]) => !/^volatile\..*\.host_name$/.test(key));
      instance.config = sortedMap({
        ...Object.fromEntries(kept),
        "volatile.last_state.power": "STOPPED",
        ...(state.flavour === "incus" ? { "volatile.last_state.ready": "false" } : {}),
      });
      tell();
    },
  });
}

/** Starts the timers of DHCP and router advertisement; the functions call them off. */
function leaseAddresses(state: FakeState, instance: InstanceRecord, power: PowerRecord): readonly (() => void)[] {
  const { clock, timings } = state;
  const set = (name: string, addresses: InterfaceAddresses): void => {
    power.addresses[name] = { ...power.addresses[name], ...addresses };
  };
  return nicsOf(state, instance).flatMap((nic) => {
    const { hwaddr, interface: name, subnet, prefix6 } = nic;
    const known = power.addresses[name];
    // The other end of a pair of interfaces is there at once, while a network may have no address.
    if (subnet === undefined && prefix6 === undefined && nic.network !== "") return [];
    const link = eui64("fe80:", hwaddr);
    const lease = (): void => {
      const inet = subnet === undefined ? undefined : leaseFor(state, instance, nic, subnet);
      set(name, { link, ...(inet === undefined ? {} : { inet }) });
    };
    const first = known?.link === undefined ? [clock.after(timings.leaseMs, lease)] : [];
    if (prefix6 === undefined || known?.inet6 !== undefined) return first;
    // The router advertisement comes later than the lease.
    const advertise = (): void => set(name, { inet6: eui64(prefix6, hwaddr) });
    return [...first, clock.after(2 * timings.leaseMs, advertise)];
  });
}

/** The reserved address, the one that it had before, or a new one; none when all are taken. */
function leaseFor(state: FakeState, instance: InstanceRecord, nic: Nic, subnet: string): string | undefined {
  if (nic.reserved !== undefined) return nic.reserved;
  const known = instance.leases?.[nic.interface];
  if (known !== undefined && isInSubnet(subnet, known)) return known;
  if (known !== undefined) state.leases.free(known);
  const taken = state.leases.take(subnet);
  if (taken !== undefined) instance.leases = { ...instance.leases, [nic.interface]: taken };
  return taken;
}

/** Gives the addresses of an instance back that is removed. */
export function freeLeases(state: FakeState, { leases = {} }: InstanceRecord): void {
  for (const address of Object.values(leases)) state.leases.free(address);
}

/** Lets the instances of a saved or prepared state that are on go on. */
export function resumeInstances(state: FakeState): void {
  for (const instance of state.store.instances.all()) {
    for (const address of Object.values(instance.leases ?? {})) state.leases.keep(address);
    if (instance.power === undefined || state.running.has(instance)) continue;
    for (const { inet } of Object.values(instance.power.addresses)) if (inet !== undefined) state.leases.keep(inet);
    keepRunning(state, instance, instance.power);
  }
}
