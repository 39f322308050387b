import { type InstanceBackup, instanceBackupSchema, type InstanceBackupsPost } from "@lxdkit/protocol";
import type { StreamedResponse } from "@lxdkit/transport";
import * as z from "zod";
import { begin, read, readStream } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import { checkNewName } from "../check-new-name.ts";
import type { ClientContext } from "../client-context.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { settleCreation, settleDeletion, settleRename } from "../settle.ts";

/** Calls below `/1.0/instances/{name}/backups`. */
export interface InstanceBackupsApi {
  /** `GET /1.0/instances/{name}/backups?recursion=1`. */
  list(instance: string, options?: CallOptions): Promise<InstanceBackup[]>;
  /** `GET /1.0/instances/{name}/backups`: their URLs. */
  listUrls(instance: string, options?: CallOptions): Promise<string[]>;
  /** `GET /1.0/instances/{name}/backups/{backup}`. */
  get(instance: string, backup: string, options?: CallOptions): Promise<InstanceBackup>;
  /** `POST /1.0/instances/{name}/backups`: packs the instance into a file on the server. */
  create(instance: string, backup: InstanceBackupsPost, options?: CallOptions): Promise<OperationHandle>;
  /** `POST /1.0/instances/{name}/backups/{backup}`. */
  rename(instance: string, backup: string, newName: string, options?: CallOptions): Promise<OperationHandle>;
  /** `GET /1.0/instances/{name}/backups/{backup}/export`: the file; the header `content-length` tells its bytes. */
  export(instance: string, backup: string, options?: CallOptions): Promise<StreamedResponse>;
  /** `DELETE /1.0/instances/{name}/backups/{backup}`. */
  delete(instance: string, backup: string, options?: CallOptions): Promise<OperationHandle>;
}

/** Makes the calls below `/1.0/instances/{name}/backups`. */
export function instanceBackupsApi(context: ClientContext): InstanceBackupsApi {
  const collection = "GET /1.0/instances/{name}/backups";
  const item = "GET /1.0/instances/{name}/backups/{backup}";
  return {
    list: (name, options = {}) =>
      read(context, collection, { ...options, path: { name }, recursion: 1 }, z.array(instanceBackupSchema)),
    listUrls: (name, options = {}) => read(context, collection, { ...options, path: { name } }, z.array(z.string())),
    get: (name, backup, options = {}) =>
      read(context, item, { ...options, path: { name, backup } }, instanceBackupSchema),
    create: async (name, body, options = {}) => {
      checkNewName(body.name);
      const settle = settleCreation(context, item, { ...options, path: { name, backup: body.name } });
      const input = { ...options, path: { name }, body };
      // The server chooses a name in place of an empty one, and only the operation could tell it.
      return begin(context, "POST /1.0/instances/{name}/backups", input, body.name === "" ? undefined : settle);
    },
    rename: async (name, backup, newName, options = {}) => {
      checkNewName(newName);
      const settle = settleRename(
        context,
        item,
        { ...options, path: { name, backup } },
        { ...options, path: { name, backup: newName } },
      );
      const input = { ...options, path: { name, backup }, body: { name: newName } };
      return begin(context, "POST /1.0/instances/{name}/backups/{backup}", input, settle);
    },
    export: (name, backup, options = {}) =>
      readStream(context, "GET /1.0/instances/{name}/backups/{backup}/export", { ...options, path: { name, backup } }),
    delete: (name, backup, options = {}) => {
      const input = { ...options, path: { name, backup } };
      const settle = settleDeletion(context, item, input);
      return begin(context, "DELETE /1.0/instances/{name}/backups/{backup}", input, settle);
    },
  };
}
