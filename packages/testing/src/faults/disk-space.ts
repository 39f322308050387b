import { join } from "node:path";
import type { FakeState } from "../core/fake-state.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import { randomDigits } from "../core/random.ts";
import type { InstanceRecord } from "../core/records.ts";
import { rootPool } from "../instances/instance-rules.ts";
import { poolFolder } from "../storage/pool-folder.ts";

// What the servers say when a disk is full. Measured with pools and folders on small disks of their own; an empty
// volume, a start, and a file for an instance still succeed there.

/** Fails the operation with `text` when there is no space left. */
export function requireSpace(state: FakeState, text: () => string): void {
  if (state.lacksSpace()) throw new OperationFailure(text());
}

/** Refuses an upload, which is written before it is looked at. */
export function requireSpaceForUpload(state: FakeState): void {
  if (!state.lacksSpace()) return;
  const { flavour, random } = state;
  const path = ["build", "post"].map((word) => `${flavour}_${word}_${randomDigits(random, 10)}`);
  throw new Refusal(500, `write ${join(state.directory, "images", ...path)}: no space left on device`);
}

/** The end of an instance that finds no space for its root file system. */
export const noSpaceForInstance = "Unable to unpack image, run out of disk space";

/** Where the pool keeps the instance. */
function folderOf(state: FakeState, instance: InstanceRecord): string {
  const kind = instance.type === "container" ? "containers" : "virtual-machines";
  return join(poolFolder(state, rootPool(state, instance)), kind, instance.name);
}

/** The end of a snapshot of an instance. */
export function noSpaceForSnapshot(state: FakeState, instance: InstanceRecord, snapshot: string): string {
  const folder = folderOf(state, instance);
  const target = `${folder.replace(/\/([^/]+)$/, "-snapshots/$1")}/${snapshot}`;
  const check = state.flavour === "lxd" ? "--checksum --numeric-ids" : "--numeric-ids --modify-window=-1";
  const command = `rsync -a -HA --sparse --devices --delete ${check} --xattrs --filter=-x security.selinux -q`;
  const reason =
    `rsync: [receiver] write failed on "${target}/backup.yaml": No space left on device (28)\n` +
    "rsync error: error in file IO (code 11) at receiver.c(657) [receiver=3.5.0]\n" +
    "rsync: [sender] write error: Broken pipe (32)";
  return `Create instance snapshot: Failed to run: ${command} ${folder}/ ${target}: exit status 11 (${reason})`;
}

/** The end of a backup of an instance. */
export function noSpaceForBackup(state: FakeState, instance: InstanceRecord): string {
  const file = `${folderOf(state, instance)}/rootfs/bin/busybox`;
  const what = `Error adding "${file}" as "backup/container/rootfs/bin/busybox" to tarball`;
  return `Create backup: Backup create: ${what}: Failed to copy file content "${file}": io: read/write on closed pipe`;
}
