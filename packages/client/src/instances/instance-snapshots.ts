import {
  type InstanceSnapshot,
  type InstanceSnapshotPost,
  type InstanceSnapshotPut,
  instanceSnapshotSchema,
  type InstanceSnapshotsPost,
} from "@lxdkit/protocol";
import * as z from "zod";
import { begin, read, readTagged } from "../call.ts";
import type { CallOptions, ChangeOptions, Tagged } from "../call-options.ts";
import { checkNewName } from "../check-new-name.ts";
import type { ClientContext } from "../client-context.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { settleCreation, settleDeletion, settleRename } from "../settle.ts";

/** Calls below `/1.0/instances/{name}/snapshots`. */
export interface InstanceSnapshotsApi {
  /** `GET /1.0/instances/{name}/snapshots?recursion=1`. */
  list(instance: string, options?: CallOptions): Promise<InstanceSnapshot[]>;
  /** `GET /1.0/instances/{name}/snapshots`: their URLs. */
  listUrls(instance: string, options?: CallOptions): Promise<string[]>;
  /** `GET /1.0/instances/{name}/snapshots/{snapshot}`. */
  get(instance: string, snapshot: string, options?: CallOptions): Promise<Tagged<InstanceSnapshot>>;
  /**
   * `POST /1.0/instances/{name}/snapshots`. The names `.` and `..` are refused here: LXD and Incus take them, and write
   * over the other snapshots.
   */
  create(instance: string, snapshot: InstanceSnapshotsPost, options?: CallOptions): Promise<OperationHandle>;
  /** `PUT /1.0/instances/{name}/snapshots/{snapshot}`: when it expires. */
  update(
    instance: string,
    snapshot: string,
    changes: InstanceSnapshotPut,
    options?: ChangeOptions,
  ): Promise<OperationHandle>;
  /** `PATCH /1.0/instances/{name}/snapshots/{snapshot}`. */
  patch(
    instance: string,
    snapshot: string,
    changes: Partial<InstanceSnapshotPut>,
    options?: ChangeOptions,
  ): Promise<OperationHandle>;
  /** `POST /1.0/instances/{name}/snapshots/{snapshot}`; `CONFLICT` when the new name is taken. */
  rename(instance: string, snapshot: string, newName: string, options?: CallOptions): Promise<OperationHandle>;
  /**
   * `POST /1.0/instances/{name}/snapshots/{snapshot}` with `migration`: sends a copy of it, as
   * {@link InstancesApi.migrate} does of an instance.
   */
  migrate(
    instance: string,
    snapshot: string,
    migration: InstanceSnapshotPost,
    options?: CallOptions,
  ): Promise<OperationHandle>;
  /** `DELETE /1.0/instances/{name}/snapshots/{snapshot}`. */
  delete(instance: string, snapshot: string, options?: CallOptions): Promise<OperationHandle>;
}

/** Makes the calls below `/1.0/instances/{name}/snapshots`. */
export function instanceSnapshotsApi(context: ClientContext): InstanceSnapshotsApi {
  const collection = "GET /1.0/instances/{name}/snapshots";
  const item = "GET /1.0/instances/{name}/snapshots/{snapshot}";
  return {
    list: (name, options = {}) =>
      read(context, collection, { ...options, path: { name }, recursion: 1 }, z.array(instanceSnapshotSchema)),
    listUrls: (name, options = {}) => read(context, collection, { ...options, path: { name } }, z.array(z.string())),
    get: (name, snapshot, options = {}) =>
      readTagged(context, item, { ...options, path: at(name, snapshot) }, instanceSnapshotSchema),
    create: async (name, body, options = {}) => {
      checkNewName(body.name);
      const settle = settleCreation(context, item, { ...options, path: at(name, body.name) });
      const input = { ...options, path: { name }, body };
      // The server chooses a name in place of an empty one, and only the operation could tell it.
      return begin(context, "POST /1.0/instances/{name}/snapshots", input, body.name === "" ? undefined : settle);
    },
    update: (name, snapshot, body, options = {}) =>
      begin(context, "PUT /1.0/instances/{name}/snapshots/{snapshot}", { ...options, path: at(name, snapshot), body }),
    patch: (name, snapshot, body, options = {}) =>
      begin(context, "PATCH /1.0/instances/{name}/snapshots/{snapshot}", {
        ...options,
        path: at(name, snapshot),
        body,
      }),
    rename: async (name, snapshot, newName, options = {}) => {
      checkNewName(newName);
      const settle = settleRename(
        context,
        item,
        { ...options, path: at(name, snapshot) },
        { ...options, path: at(name, newName) },
      );
      const input = { ...options, path: at(name, snapshot), body: { name: newName } };
      return begin(context, "POST /1.0/instances/{name}/snapshots/{snapshot}", input, settle);
    },
    migrate: (name, snapshot, migration, options = {}) => {
      const input = { ...options, path: at(name, snapshot), body: { ...migration, migration: true } };
      return begin(context, "POST /1.0/instances/{name}/snapshots/{snapshot}", input);
    },
    delete: (name, snapshot, options = {}) => {
      const input = { ...options, path: at(name, snapshot) };
      const settle = settleDeletion(context, item, input);
      return begin(context, "DELETE /1.0/instances/{name}/snapshots/{snapshot}", input, settle);
    },
  };
}

/** LXD 5.0 and Incus 6.0 decode the name of a snapshot twice: `%73` would be taken for `s`. */
function at(name: string, snapshot: string): { readonly name: string; readonly snapshot: string } {
  return { name, snapshot: snapshot.replaceAll("%", "%25") };
}
