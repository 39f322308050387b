import { join } from "node:path";
import type { FakeState } from "../core/fake-state.ts";
import { type JsonObject, textField } from "../core/json-body.ts";
import type { InstanceRecord } from "../core/records.ts";
import { OperationFailure } from "../core/refusal.ts";
import type { DescribedRecord } from "../instances/metadata/instance-metadata.ts";
import { findSnapshot } from "../instances/snapshots/snapshot-store.ts";

/** What an image is made of. */
export type PublishedRecord = Pick<InstanceRecord, "type"> & DescribedRecord;

/** The instance or snapshot that the source of a new image names. */
export interface PublishedSource {
  /** False when there is none of that name. */
  readonly isThere: boolean;
  /** Fails in the servers' words when it cannot be an image. */
  require(): PublishedRecord;
}

/** Finds the source of a new image. */
export function publishedSource(state: FakeState, project: string, source: JsonObject): PublishedSource {
  const name = textField(source, "name");
  const [owner = "", wanted] = name.split("/");
  const instance = state.store.instances.get(project, owner);
  const snapshot = wanted === undefined ? undefined : instance && findSnapshot(state, instance, wanted);
  const isSnapshot = textField(source, "type") === "snapshot";
  const isUnnamed = name === "";
  return {
    isThere: isUnnamed || (instance !== undefined && (wanted === undefined || snapshot !== undefined)),
    require() {
      if (isUnnamed) throw new OperationFailure("No source provided");
      if (instance === undefined) {
        throw new OperationFailure(`Failed to fetch instance "${name}" in project "${project}": Instance not found`);
      }
      if (wanted !== undefined && snapshot === undefined) {
        const about = `Failed to fetch snapshot "${wanted}" of instance "${owner}" in project "${project}"`;
        throw new OperationFailure(`${about}: Instance_snapshot not found`);
      }
      if (isSnapshot && snapshot === undefined) throw new OperationFailure("Not a snapshot");
      if (!isSnapshot && snapshot !== undefined) throw new OperationFailure("This is a snapshot");
      if (snapshot === undefined && instance.power !== undefined) {
        throw new OperationFailure("Cannot export a running instance as an image");
      }
      // LXD wants files in it; Incus packs nothing too.
      if (state.flavour === "lxd" && !instance.bootable) {
        const root = rootOf(state, instance, snapshot?.name);
        throw new OperationFailure(`lstat ${root}: no such file or directory`);
      }
      return snapshot === undefined ? instance : { ...snapshot, type: instance.type, bootable: instance.bootable };
    },
  };
}

/** Where LXD has the root file system of an instance or a snapshot. */
function rootOf({ directory }: FakeState, { project, name }: InstanceRecord, snapshot: string | undefined): string {
  const whole = project === "default" ? name : `${project}_${name}`;
  const path = snapshot === undefined ? ["containers", whole] : ["snapshots", whole, snapshot];
  return join(directory, ...path, "rootfs");
}
