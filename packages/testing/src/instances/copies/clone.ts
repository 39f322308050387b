import { sortedMap } from "../../core/etag.ts";
import type { FakeState } from "../../core/fake-state.ts";
import type { Config, InstanceRecord, InstanceSnapshotRecord } from "../../core/records.ts";
import type { Devices } from "@lxdkit/protocol";
import { rootPool } from "../instance-rules.ts";
import { type NewInstance, newInstance } from "../new-instance.ts";

/** What a copy takes from an instance or from one of its snapshots. */
export type CloneSource = Pick<InstanceRecord, "architecture" | "config" | "devices" | "contents"> & {
  readonly instance: InstanceRecord;
  /** Set when it is a snapshot. */
  readonly snapshot?: InstanceSnapshotRecord;
};

/** What is volatile and yet copied: the image, and how the files of the original are shifted. */
const copiedKeys: readonly string[] = ["volatile.base_image", "volatile.last_state.idmap"];

/** The record of a copy, still busy with being made: what `wanted` says wins, and little of what is volatile stays. */
export function cloneInstance(state: FakeState, source: CloneSource, wanted: NewInstance): InstanceRecord {
  const { instance, architecture, contents } = source;
  return {
    ...newInstance(
      state,
      {
        ...wanted,
        type: instance.type,
        architecture,
        config: { ...lasting(source.config), ...wanted.config },
        devices: { ...source.devices, ...wanted.devices },
      },
      undefined,
    ),
    bootable: instance.bootable,
    ...(contents === undefined ? {} : { contents }),
  };
}

/** The keys that a copy keeps. */
function lasting(config: Config): Config {
  const kept = Object.entries(config).filter(([key]) => !key.startsWith("volatile.") || copiedKeys.includes(key));
  return Object.fromEntries(kept);
}

/** Snapshots as the snapshots of `instance`. Where that is in another pool, so are they. */
export function cloneSnapshots(
  state: FakeState,
  snapshots: readonly InstanceSnapshotRecord[],
  instance: InstanceRecord,
): readonly InstanceSnapshotRecord[] {
  const pool = rootPool(state, instance);
  const { project, name } = instance;
  return snapshots.map((snapshot) => {
    const moved = { ...snapshot, project, instance: name };
    return rootPool(state, moved) === pool ? moved : { ...moved, devices: withRootPool(moved, pool) };
  });
}

/** The instance's own devices with a root disk of their own in `pool`. */
export function withRootPool({ devices }: Pick<InstanceRecord, "devices">, pool: string): Devices {
  const [name, own] = Object.entries(devices).find(([, { type, path }]) => type === "disk" && path === "/") ?? [
    "root",
    { path: "/", type: "disk" },
  ];
  return sortedMap({ ...devices, [name]: sortedMap({ ...own, pool }) });
}
