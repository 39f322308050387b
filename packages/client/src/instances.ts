import {
  type Instance,
  type InstanceFull,
  instanceFullSchema,
  instanceSchema,
  type InstancesPost,
  type InstanceState,
  type InstanceStatePut,
  instanceStateSchema,
  pathSegment,
} from "@lxdkit/protocol";
import type { RequestOptions } from "@lxdkit/transport";
import * as z from "zod";
import { type CallOptions, read, readTagged, type Tagged } from "./call.ts";
import { begin, type ClientContext, type OperationHandle } from "./operation-handle.ts";

/** Options of a list of instances. */
export interface ListInstancesOptions extends CallOptions {
  /** The server's filter language, for example `status eq running`; a malformed one is refused. */
  readonly filter?: string;
}

/** Calls below `/1.0/instances`. */
export interface InstancesApi {
  /** `GET /1.0/instances?recursion=1`. */
  list(options?: ListInstancesOptions): Promise<Instance[]>;
  /** `GET /1.0/instances?recursion=2`: also the state of each, which costs the server more. */
  listFull(options?: ListInstancesOptions): Promise<InstanceFull[]>;
  /** `GET /1.0/instances/{name}`. */
  get(name: string, options?: CallOptions): Promise<Tagged<Instance>>;
  /** `GET /1.0/instances/{name}/state`. */
  state(name: string, options?: CallOptions): Promise<InstanceState>;
  /** `POST /1.0/instances`. */
  create(instance: InstancesPost, options?: CallOptions): Promise<OperationHandle>;
  /** `PUT /1.0/instances/{name}/state`. */
  setState(name: string, state: InstanceStatePut, options?: CallOptions): Promise<OperationHandle>;
  /** `DELETE /1.0/instances/{name}`; `BAD_REQUEST` while it runs. */
  delete(name: string, options?: CallOptions): Promise<OperationHandle>;
}

const collection = "/1.0/instances";

/** Makes the calls below `/1.0/instances`. */
export function instancesApi(context: ClientContext): InstancesApi {
  const { connection } = context;
  const item = (name: string): string => `${collection}/${pathSegment(name)}`;
  const list = <T>(schema: z.ZodType<T>, recursion: number, options: ListInstancesOptions): Promise<T[]> => {
    const query = { recursion, filter: options.filter };
    return read(connection, request("GET", collection, options, { query }), z.array(schema));
  };
  return {
    list: (options = {}) => list(instanceSchema, 1, options),
    listFull: (options = {}) => list(instanceFullSchema, 2, options),
    get: async (name, options = {}) => readTagged(connection, request("GET", item(name), options), instanceSchema),
    state: async (name, options = {}) =>
      read(connection, request("GET", `${item(name)}/state`, options), instanceStateSchema),
    create: (body, options = {}) => begin(context, request("POST", collection, options, { body })),
    setState: async (name, body, options = {}) =>
      begin(context, request("PUT", `${item(name)}/state`, options, { body })),
    delete: async (name, options = {}) => begin(context, request("DELETE", item(name), options)),
  };
}

function request(
  method: RequestOptions["method"],
  path: string,
  { project, signal, timeoutMs }: CallOptions,
  more: Pick<RequestOptions, "query" | "body"> = {},
): RequestOptions {
  return { method, path, signal, timeoutMs, ...more, query: { project, ...more.query } };
}
