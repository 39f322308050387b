import type { Devices } from "@lxdkit/protocol";
import type { FakeState } from "../core/fake-state.ts";
import type { Config, InstanceRecord } from "../core/records.ts";
import { OperationFailure } from "../core/refusal.ts";
import { serverScope } from "../core/store.ts";
import type { DeviceProblem } from "../devices/device.ts";
import { addProblem } from "../devices/device-add.ts";
import { diskLimitProblem, isColdOnly, startProblem } from "../devices/device-start.ts";
import { deviceTypes, devicesProblem } from "../devices/devices-check.ts";
import { conflictProblem } from "../devices/nic-conflicts.ts";
import { expandedConfig, expandedDevices } from "./instance-expansion.ts";
import { combinationProblem, instanceConfigProblem } from "./instance-config-rules.ts";
import { architectureProblem } from "./instance-rules.ts";
import { idmapProblem, lxcProblem } from "./lxc-config.ts";

/** Fails with what is wrong, below `prefix`. */
function failWith(problem: DeviceProblem | string | undefined, prefix = ""): void {
  if (problem === undefined) return;
  const { text, status } = typeof problem === "string" ? { text: problem, status: undefined } : problem;
  throw new OperationFailure(prefix + text, status);
}

function rootProblem(devices: Devices): string | undefined {
  const roots = Object.values(devices).filter(({ type, path }) => type === "disk" && path === "/");
  if (roots.length === 1) return undefined;
  const text = roots.length === 0 ? "No root device could be found" : "More than one root device found";
  return `Failed detecting root disk device: ${text}`;
}

/** Refuses what is plain to see on a new instance, before it has a record. */
export function checkNewInstance(state: FakeState, instance: InstanceRecord): void {
  failWith(
    architectureProblem(state, instance.architecture) ?? instanceConfigProblem(state, instance.config, instance.type),
  );
  const bad = Object.values(instance.devices).find(({ type = "" }) => !deviceTypes.includes(type));
  const { type = "" } = bad ?? {};
  if (bad !== undefined) failWith(`Invalid device type ${state.flavour === "lxd" ? type : JSON.stringify(type)}`);
}

/** Refuses what comes to light when the record of a new instance is loaded. */
export function checkNewDevices(state: FakeState, instance: InstanceRecord): void {
  const prefix = `Failed ${state.flavour === "lxd" ? "initialising" : "initializing"} instance: `;
  const devices = expandedDevices(state, instance);
  if (Object.keys(devices).length === 0) failWith("Failed getting root disk: No root device could be found", prefix);
  const owner = { state, project: instance.project, kind: instance.type };
  // Its own devices are the first to be looked at.
  const problem = devicesProblem(owner, { ...instance.devices, ...devices }, instance.devices) ?? rootProblem(devices);
  failWith(problem, `${prefix}Invalid devices: `);
  failWith(idmapProblem(state, instance.config), prefix);
  for (const [name, device] of Object.entries(devices)) {
    if (device["path"] === "/" && state.store.pools.get(serverScope, device["pool"] ?? "") === undefined) {
      failWith({ text: "Failed loading storage pool: Storage pool not found", status: 404 }, prefix);
    }
    if (instance.type === "container") {
      failWith(addProblem(state, instance, name, device), `${prefix}Failed add validation for device "${name}": `);
    }
  }
}

/** How the devices of an instance change. */
export interface DeviceChanges {
  readonly removed: readonly string[];
  readonly added: readonly string[];
  readonly updated: readonly string[];
}

/** The options of a network interface that can change while it stays there. */
const liveOptions = /^(?:limits\.|security\.|ipv[46]\.(?:address|routes))/;
const liveDiskOptions = /^(?:limits\.|size)/;

/** What it takes to get from some devices to others; most changes of a device mean another one. */
export function deviceChanges(before: Devices, after: Devices): DeviceChanges {
  const differs = (name: string): readonly string[] => {
    const [old, now] = [before[name] ?? {}, after[name] ?? {}];
    return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((option) => old[option] !== now[option]);
  };
  const isLive = (name: string): boolean => {
    const type = after[name]?.["type"];
    const live = type === "nic" ? liveOptions : liveDiskOptions;
    const mayLive = type === "nic" || type === "disk";
    return mayLive && differs(name).every((option) => live.test(option));
  };
  const changed = Object.keys(after).filter((name) => before[name] !== undefined && differs(name).length > 0);
  const updated = changed.filter(isLive);
  const replaced = changed.filter((name) => !updated.includes(name));
  return {
    removed: [...Object.keys(before).filter((name) => after[name] === undefined), ...replaced],
    added: [...Object.keys(after).filter((name) => before[name] === undefined), ...replaced],
    updated,
  };
}

/** An instance as it shall be. */
export interface InstanceDraft extends Pick<InstanceRecord, "project" | "name" | "type" | "devices" | "profiles"> {
  readonly config: Config;
  /** Told of a device that cannot be added, before that is refused. */
  readonly addFails?: (name: string) => void;
}

/** Refuses a draft that the profiles make impossible; `all` are its devices with those of the profiles. */
export function checkExpanded(state: FakeState, draft: InstanceDraft, all: Devices): void {
  const owner = { state, project: draft.project, kind: draft.type };
  failWith(combinationProblem(expandedConfig(state, draft)), "Invalid expanded config: ");
  failWith(
    devicesProblem(owner, { ...draft.devices, ...all }, draft.devices) ?? rootProblem(all),
    "Invalid expanded devices: ",
  );
}

/** What an instance is now. */
interface Current {
  /** Its devices with those of its profiles. */
  readonly before: Devices;
  readonly config: Config;
  readonly isRunning: boolean;
}

/** Refuses what an instance cannot be changed to. */
export function checkChange(state: FakeState, draft: InstanceDraft, { before, config, isRunning }: Current): void {
  const owner = { state, project: draft.project, kind: draft.type };
  failWith(instanceConfigProblem(state, draft.config, draft.type), "Invalid config: ");
  failWith(devicesProblem(owner, draft.devices), "Invalid devices: ");
  const lost = Object.keys(config).filter((key) => !(key in draft.config));
  if (lost.some((key) => key.startsWith("volatile.idmap.")))
    failWith("Volatile idmap keys can't be deleted by the user");
  const all = expandedDevices(state, draft);
  checkExpanded(state, draft, all);
  checkDevices(state, draft, before, all, isRunning);
  checkLxc(state, draft);
}

/** Refuses what LXC itself does not take. */
export function checkLxc(state: FakeState, draft: InstanceDraft): void {
  if (draft.type === "container") failWith(lxcProblem(state, expandedConfig(state, draft)));
}

/** Refuses devices that cannot take the place of those that an instance has now. */
export function checkDevices(
  state: FakeState,
  draft: InstanceDraft,
  before: Devices,
  all: Devices,
  isRunning: boolean,
): void {
  const pool = poolOf(all);
  if (pool !== poolOf(before)) failWith(`Cannot update root disk device pool name to "${pool}"`);
  const changes = deviceChanges(before, all);
  for (const [verb, names] of [
    ["add", changes.added],
    ["update", changes.updated],
  ] as const) {
    for (const name of names) {
      const device = all[name] ?? {};
      const problem = addProblem(state, draft, name, device) ?? conflictProblem(state, { ...draft, all }, name, device);
      if (problem !== undefined && verb === "add") draft.addFails?.(name);
      failWith(problem, `Failed ${verb} validation for device "${name}": `);
    }
  }
  if (isRunning) checkHotPlug(state, draft, changes, all);
}

function checkHotPlug(state: FakeState, { project }: InstanceDraft, { added }: DeviceChanges, all: Devices): void {
  for (const name of added) {
    const device = all[name] ?? {};
    if (isColdOnly(device)) failWith(`Failed to add device "${name}": Device cannot be added when instance is running`);
    const twice = device["type"] === "proxy" ? `Failed to start device "${name}": ` : "";
    failWith(startProblem(state, project, device, all), `Failed to start device "${name}": ${twice}`);
  }
}

function poolOf(devices: Devices): string {
  return Object.values(devices).find(({ type, path }) => type === "disk" && path === "/")?.["pool"] ?? "";
}

/** Refuses to start an instance whose devices are not there, or that another instance is in the way of. */
export function checkStart(state: FakeState, instance: InstanceRecord): void {
  if (instance.type !== "container") return;
  const all = expandedDevices(state, instance);
  failWith(lxcProblem(state, expandedConfig(state, instance), "Load go-lxc struct"));
  for (const [name, device] of Object.entries(all)) {
    const problem = conflictProblem(state, { ...instance, all }, name, device);
    failWith(problem, `Failed start validation for device "${name}": `);
  }
  failWith(diskLimitProblem(all));
  for (const [name, device] of Object.entries(all)) {
    failWith(startProblem(state, instance.project, device, all), `Failed to start device "${name}": `);
  }
}
