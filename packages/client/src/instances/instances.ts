import {
  type Instance,
  type InstanceFull,
  instanceFullSchema,
  instanceSchema,
  type InstancesPost,
  type InstanceState,
  type InstanceStatePut,
  instanceStateSchema,
} from "@lxdkit/protocol";
import * as z from "zod";
import { begin, read, readTagged } from "../call.ts";
import type { AllProjectsOptions, CallOptions, FilterOptions, Tagged, TargetOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { type ConsoleApi, consoleApi } from "../console/console.ts";
import { type ExecApi, execApi } from "../exec/exec.ts";
import { type FilesApi, filesApi } from "../files/files.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { settleDeletion } from "../settle.ts";
import { settleInstanceCreation, settleState } from "./settle-instance.ts";

/** Options of a list of instances. */
export interface ListInstancesOptions extends FilterOptions, AllProjectsOptions {}

/** Calls below `/1.0/instances`. */
export interface InstancesApi {
  readonly console: ConsoleApi;
  readonly exec: ExecApi;
  readonly files: FilesApi;
  /** `GET /1.0/instances?recursion=1`. */
  list(options?: ListInstancesOptions): Promise<Instance[]>;
  /** `GET /1.0/instances?recursion=2`: also the state of each, which costs the server more. */
  listFull(options?: ListInstancesOptions): Promise<InstanceFull[]>;
  /** `GET /1.0/instances`: their URLs. */
  listUrls(options?: ListInstancesOptions): Promise<string[]>;
  /** `GET /1.0/instances/{name}`. */
  get(name: string, options?: CallOptions): Promise<Tagged<Instance>>;
  /** `GET /1.0/instances/{name}/state`. */
  state(name: string, options?: CallOptions): Promise<InstanceState>;
  /** `POST /1.0/instances`. */
  create(instance: InstancesPost, options?: TargetOptions): Promise<OperationHandle>;
  /** `PUT /1.0/instances/{name}/state`. */
  setState(name: string, state: InstanceStatePut, options?: CallOptions): Promise<OperationHandle>;
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
    list: (options = {}) => read(context, collection, { ...options, recursion: 1 }, z.array(instanceSchema)),
    listFull: (options = {}) => read(context, collection, { ...options, recursion: 2 }, z.array(instanceFullSchema)),
    listUrls: (options = {}) => read(context, collection, options, z.array(z.string())),
    get: (name, options = {}) => readTagged(context, item, { ...options, path: { name } }, instanceSchema),
    state: (name, options = {}) =>
      read(context, "GET /1.0/instances/{name}/state", { ...options, path: { name } }, instanceStateSchema),
    create: (body, options = {}) =>
      begin(context, "POST /1.0/instances", { ...options, body }, settleInstanceCreation(context, body.name, options)),
    setState: (name, body, options = {}) => {
      const input = { ...options, path: { name }, body };
      return begin(context, "PUT /1.0/instances/{name}/state", input, settleState(context, name, body, options));
    },
    delete: (name, options = {}) => {
      const input = { ...options, path: { name } };
      return begin(context, "DELETE /1.0/instances/{name}", input, settleDeletion(context, item, input));
    },
  };
}
