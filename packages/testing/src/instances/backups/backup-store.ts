import { apiUrl } from "../../core/api-url.ts";
import type { FakeState } from "../../core/fake-state.ts";
import type { BackupRecord, InstanceRecord } from "../../core/records.ts";
import { compareTexts } from "../../core/resource.ts";
import { scopeOf } from "../../core/table.ts";
import { tell } from "../../events/lifecycle-event.ts";

type InstanceKey = Pick<InstanceRecord, "project" | "name">;

/** The backups of an instance by name. */
export function backupsOf(state: FakeState, { project, name }: InstanceKey): readonly BackupRecord[] {
  return state.store.backups.in(scopeOf(project, name)).toSorted((a, b) => compareTexts(a.name, b.name));
}

/** The URL of a backup. */
export function backupUrl(
  state: FakeState,
  { project, instance, name }: Pick<BackupRecord, "project" | "instance" | "name">,
): string {
  return apiUrl(state.flavour, ["instances", instance, "backups", name], project);
}

/** `GET /1.0/instances/{name}/backups/{backup}`. */
export function backupView(state: FakeState, backup: BackupRecord): Readonly<Record<string, unknown>> {
  const { name, createdAt, expiresAt, isAlone } = backup;
  return {
    name,
    created_at: createdAt,
    expires_at: expiresAt,
    instance_only: isAlone,
    ...(state.flavour === "lxd" ? { container_only: isAlone } : {}),
    // A folder knows no form of its own.
    optimized_storage: false,
  };
}

/** Tells what happened to a backup; neither family says who did it. */
export function tellBackup(
  state: FakeState,
  backup: Pick<BackupRecord, "project" | "instance" | "name">,
  verb: "created" | "deleted" | "renamed" | "retrieved",
  context?: Readonly<Record<string, unknown>>,
): void {
  const { project } = backup;
  tell(state, { action: `instance-backup-${verb}`, source: backupUrl(state, backup), project, context });
}

/** Removes all backups of an instance and tells of each. */
export function removeBackups(state: FakeState, instance: InstanceKey): void {
  for (const backup of backupsOf(state, instance)) {
    state.store.backups.delete(backup);
    tellBackup(state, backup, "deleted");
  }
}

/** Hands the backups of an instance on to its new name. */
export function renameBackups(state: FakeState, old: InstanceKey, renamed: InstanceKey): void {
  for (const backup of backupsOf(state, old)) {
    state.store.backups.delete(backup);
    const moved = { ...backup, instance: renamed.name };
    state.store.backups.put(moved);
    tellBackup(state, moved, "renamed", { old_name: `${old.name}/${backup.name}` });
  }
}
