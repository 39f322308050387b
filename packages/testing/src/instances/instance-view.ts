import { statusCode, statusNames } from "@lxdkit/protocol";
import { architectureNumber } from "../core/architectures.ts";
import { etagOf } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord } from "../core/records.ts";
import { profileView } from "../profiles/profile-view.ts";
import { expandedConfig, expandedDevices, profilesOf } from "./instance-expansion.ts";
import { cpuUsage, memoryUsage } from "./instance-usage.ts";
import { instanceNetwork } from "./instance-network.ts";
import { backupsOf, backupView } from "./backups/backup-store.ts";
import { snapshotsOf, snapshotView } from "./snapshots/snapshot-store.ts";
import { unsetTime } from "../core/wire-time.ts";

const frozenCode = 110;

/** The status code of an instance. */
function instanceStatus(instance: InstanceRecord): number {
  if (instance.power === undefined) return statusCode.stopped;
  return instance.frozen ? frozenCode : statusCode.running;
}

/** `GET /1.0/instances/{name}`. */
export function instanceView(state: FakeState, instance: InstanceRecord): Readonly<Record<string, unknown>> {
  const code = instanceStatus(instance);
  return {
    architecture: instance.architecture,
    config: instance.config,
    devices: instance.devices,
    ephemeral: instance.ephemeral,
    profiles: instance.profiles,
    stateful: false,
    description: instance.description,
    created_at: instance.createdAt,
    expanded_config: expandedConfig(state, instance),
    expanded_devices: expandedDevices(state, instance),
    name: instance.name,
    status: statusNames[code],
    status_code: code,
    last_used_at: instance.lastUsedAt,
    location: instance.location,
    type: instance.type,
    project: instance.project,
  };
}

/** An element of `GET /1.0/instances?recursion=2`. */
export function instanceFullView(state: FakeState, instance: InstanceRecord): Readonly<Record<string, unknown>> {
  const backups = backupsOf(state, instance).map((backup) => backupView(state, backup));
  const snapshots = snapshotsOf(state, instance).map((snapshot) => snapshotView(state, snapshot));
  return {
    ...instanceView(state, instance),
    backups: backups.length === 0 ? null : backups,
    state: instanceStateView(state, instance),
    snapshots: snapshots.length === 0 ? null : snapshots,
  };
}

/** `GET /1.0/instances/{name}/state`. */
export function instanceStateView(state: FakeState, instance: InstanceRecord): Readonly<Record<string, unknown>> {
  const code = instanceStatus(instance);
  const isOn = instance.power !== undefined;
  return {
    status: statusNames[code],
    status_code: code,
    // A folder does not know what a volume takes.
    disk: {},
    memory: memoryUsage(state, instance),
    network: instanceNetwork(state, instance),
    pid: instance.power?.pid ?? 0,
    processes: isOn ? 3 : 0,
    cpu: cpuUsage(state, instance),
    ...(state.flavour === "incus" ? { started_at: instance.power?.startedAt ?? unsetTime, os_info: null } : {}),
  };
}

/**
 * The instance's ETag. LXD 5.0.2 hashes its number of the architecture, config, devices (null when there are none),
 * ephemeral and the profiles without their users; Incus hashes what changes with the same fields.
 */
export function instanceEtag(state: FakeState, instance: InstanceRecord): string {
  const { architecture, config, devices, ephemeral } = instance;
  const own = Object.keys(devices).length === 0 ? null : devices;
  const profiles = profilesOf(state, instance).map((profile) => profileView(state, profile, null));
  return etagOf([architectureNumber(architecture), config, own, ephemeral, profiles]);
}
