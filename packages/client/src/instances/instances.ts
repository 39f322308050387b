import {
  type AccessEntry,
  accessSchema,
  type Instance,
  type InstanceFull,
  instanceFullSchema,
  type InstancePost,
  type InstancePut,
  type InstanceRebuildPost,
  instanceSchema,
  type InstancesPost,
  type InstancesPut,
  type InstanceState,
  type InstanceStatePut,
  instanceStateSchema,
  type InstanceType,
} from "@lxdkit/protocol";
import type { StreamedResponse } from "@lxdkit/transport";
import * as z from "zod";
import { begin, change, read, readStream, readTagged } from "../call.ts";
import type {
  AllProjectsOptions,
  CallOptions,
  ChangeOptions,
  FilterOptions,
  Tagged,
  TargetOptions,
} from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { type ConsoleApi, consoleApi } from "../console/console.ts";
import { type ExecApi, execApi } from "../exec/exec.ts";
import { type FilesApi, filesApi } from "../files/files.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { settleDeletion, settleRename } from "../settle.ts";
import { importInstance, type InstanceImport, type InstanceImportOptions } from "./import-instance.ts";
import { type InstanceBackupsApi, instanceBackupsApi } from "./instance-backups.ts";
import { type InstanceConsoleLogApi, instanceConsoleLogApi } from "./instance-console-log.ts";
import { type InstanceLogsApi, instanceLogsApi } from "./instance-logs.ts";
import { type InstanceMetadataApi, instanceMetadataApi } from "./instance-metadata.ts";
import { type InstanceSnapshotsApi, instanceSnapshotsApi } from "./instance-snapshots.ts";
import { settleInstanceCreation, settleInstanceUpdate } from "./settle-instance.ts";
import { settleState } from "./settle-state.ts";

/** Options of a list of instances. */
export interface ListInstancesOptions extends FilterOptions, AllProjectsOptions {
  /** Only those of this type. */
  readonly type?: InstanceType | undefined;
}

/** Body of `PATCH /1.0/instances/{name}`. */
export interface InstancePatch extends Omit<InstancePut, "restore"> {
  /** Must be given: LXD 5.0 and Incus 6.0 empty it when it is missing. */
  readonly description: string;
}

/** Calls below `/1.0/instances`. */
export interface InstancesApi {
  readonly console: ConsoleApi;
  readonly exec: ExecApi;
  readonly files: FilesApi;
  readonly backups: InstanceBackupsApi;
  readonly consoleLog: InstanceConsoleLogApi;
  readonly logs: InstanceLogsApi;
  readonly metadata: InstanceMetadataApi;
  readonly snapshots: InstanceSnapshotsApi;
  /** `GET /1.0/instances?recursion=1`. */
  list(options?: ListInstancesOptions): Promise<Instance[]>;
  /** `GET /1.0/instances?recursion=2`: also the state of each, which costs the server more. */
  listFull(options?: ListInstancesOptions): Promise<InstanceFull[]>;
  /** `GET /1.0/instances`: their URLs. */
  listUrls(options?: ListInstancesOptions): Promise<string[]>;
  /** `GET /1.0/instances/{name}`. */
  get(name: string, options?: CallOptions): Promise<Tagged<Instance>>;
  /** `GET /1.0/instances/{name}?recursion=1`: with its state, snapshots and backups. The ETag is that of `get`. */
  getFull(name: string, options?: CallOptions): Promise<Tagged<InstanceFull>>;
  /** `GET /1.0/instances/{name}/state`. */
  state(name: string, options?: CallOptions): Promise<InstanceState>;
  /** `POST /1.0/instances`. */
  create(instance: InstancesPost, options?: TargetOptions): Promise<OperationHandle>;
  /** `POST /1.0/instances` with a backup, as {@link InstanceBackupsApi.export} gives it. */
  createFromBackup(backup: InstanceImport, options?: InstanceImportOptions): Promise<OperationHandle>;
  /**
   * `PUT /1.0/instances/{name}`: replaces all that the body has fields for. What it leaves out becomes empty, the
   * server's `volatile.*` keys too: send back what `get` gave.
   */
  update(name: string, instance: InstancePut, options?: ChangeOptions): Promise<OperationHandle>;
  /** `PATCH /1.0/instances/{name}`: changes the given fields, keys and devices; done when this resolves. */
  patch(name: string, instance: InstancePatch, options?: ChangeOptions): Promise<void>;
  /** `PUT /1.0/instances/{name}`: goes back to one of its snapshots. */
  restore(name: string, snapshot: string, options?: CallOptions): Promise<OperationHandle>;
  /** `PUT /1.0/instances/{name}/state`. */
  setState(name: string, state: InstanceStatePut, options?: CallOptions): Promise<OperationHandle>;
  /**
   * `PUT /1.0/instances`: the same change for all instances of the project that are not in that state already. On LXD
   * 5.0, `unfreeze` changes nothing.
   */
  setStates(states: InstancesPut, options?: CallOptions): Promise<OperationHandle>;
  /** `POST /1.0/instances/{name}`; `BAD_REQUEST` while it runs, `CONFLICT` when the new name is taken. */
  rename(name: string, newName: string, options?: CallOptions): Promise<OperationHandle>;
  /**
   * `POST /1.0/instances/{name}` with `migration`. It moves the instance to another pool or project (`pool`, `project`)
   * or with the option `target` to another member of the cluster, or sends a copy to another server: to the one in the
   * body's `target`, else to whoever opens the web sockets, whose secrets are in the operation's metadata
   * (`migrationSecretsSchema` of the protocol).
   */
  migrate(name: string, migration: InstancePost, options?: TargetOptions): Promise<OperationHandle>;
  /** `POST /1.0/instances/{name}/rebuild`: a new root file system from an image, or none. Extension `instances_rebuild`. */
  rebuild(name: string, rebuild: InstanceRebuildPost, options?: CallOptions): Promise<OperationHandle>;
  /** `GET /1.0/instances/{name}/access`: who may use it. Extension `instance_access`: Incus. */
  access(name: string, options?: CallOptions): Promise<readonly AccessEntry[]>;
  /**
   * `GET /1.0/instances/{name}/debug/memory`: the memory of a virtual machine as an ELF file; `BAD_REQUEST` for a
   * container. Extension `instance_debug_memory`: Incus.
   */
  debugMemory(name: string, options?: CallOptions): Promise<StreamedResponse>;
  /** `DELETE /1.0/instances/{name}`; `BAD_REQUEST` while it runs. */
  delete(name: string, options?: CallOptions): Promise<OperationHandle>;
}

/** Makes the calls below `/1.0/instances`. */
export function instancesApi(context: ClientContext): InstancesApi {
  const collection = "GET /1.0/instances";
  const item = "GET /1.0/instances/{name}";
  return {
    console: consoleApi(context),
    exec: execApi(context),
    files: filesApi(context),
    backups: instanceBackupsApi(context),
    consoleLog: instanceConsoleLogApi(context),
    logs: instanceLogsApi(context),
    metadata: instanceMetadataApi(context),
    snapshots: instanceSnapshotsApi(context),
    list: (options = {}) => read(context, collection, { ...listed(options), recursion: 1 }, z.array(instanceSchema)),
    listFull: (options = {}) =>
      read(context, collection, { ...listed(options), recursion: 2 }, z.array(instanceFullSchema)),
    listUrls: (options = {}) => read(context, collection, listed(options), z.array(z.string())),
    get: (name, options = {}) => readTagged(context, item, { ...options, path: { name } }, instanceSchema),
    getFull: (name, options = {}) =>
      readTagged(context, item, { ...options, path: { name }, recursion: 1 }, instanceFullSchema),
    state: (name, options = {}) =>
      read(context, "GET /1.0/instances/{name}/state", { ...options, path: { name } }, instanceStateSchema),
    create: (body, options = {}) =>
      begin(context, "POST /1.0/instances", { ...options, body }, settleInstanceCreation(context, body, options)),
    createFromBackup: (backup, options = {}) => importInstance(context, "POST /1.0/instances", backup, options),
    update: (name, body, options = {}) => {
      const input = { ...options, path: { name }, body };
      return begin(context, "PUT /1.0/instances/{name}", input, settleInstanceUpdate(context, name, body, options));
    },
    patch: (name, body, options = {}) =>
      change(context, "PATCH /1.0/instances/{name}", { ...options, path: { name }, body }),
    restore: (name, snapshot, options = {}) =>
      begin(context, "PUT /1.0/instances/{name}", { ...options, path: { name }, body: { restore: snapshot } }),
    setState: (name, body, options = {}) => {
      const input = { ...options, path: { name }, body };
      return begin(context, "PUT /1.0/instances/{name}/state", input, settleState(context, name, body, options));
    },
    setStates: (body, options = {}) => begin(context, "PUT /1.0/instances", { ...options, body }),
    rename: (name, newName, options = {}) => {
      const input = { ...options, path: { name }, body: { name: newName } };
      const settle = settleRename(
        context,
        item,
        { ...options, path: { name } },
        { ...options, path: { name: newName } },
      );
      return begin(context, "POST /1.0/instances/{name}", input, settle);
    },
    migrate: (name, migration, options = {}) => {
      const body = { ...migration, migration: true };
      return begin(context, "POST /1.0/instances/{name}", { ...options, path: { name }, body });
    },
    rebuild: (name, body, options = {}) => {
      const input = { ...options, path: { name }, body, extension: "instances_rebuild" } as const;
      return begin(context, "POST /1.0/instances/{name}/rebuild", input);
    },
    access: (name, options = {}) => {
      const input = { ...options, path: { name }, extension: "instance_access" } as const;
      return read(context, "GET /1.0/instances/{name}/access", input, accessSchema);
    },
    debugMemory: (name, options = {}) => {
      const extension = "instance_debug_memory";
      const input = { ...options, path: { name }, query: { format: "elf" }, extension } as const;
      return readStream(context, "GET /1.0/instances/{name}/debug/memory", input);
    },
    delete: (name, options = {}) => {
      const input = { ...options, path: { name } };
      return begin(context, "DELETE /1.0/instances/{name}", input, settleDeletion(context, item, input));
    },
  };
}

function listed({ type, ...options }: ListInstancesOptions) {
  return { ...options, query: { "instance-type": type } };
}
