import type { StreamedResponse } from "@lxdkit/transport";
import * as z from "zod";
import { change, read, readStream } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";

/** Calls for one kind of files in which an instance's past is written down. */
export interface InstanceLogFilesApi {
  /** Lists them: their URLs. */
  listUrls(instance: string, options?: CallOptions): Promise<string[]>;
  /** Gives one of them; the header `content-length` tells its bytes. */
  get(instance: string, filename: string, options?: CallOptions): Promise<StreamedResponse>;
  /** Removes one of them; `BAD_REQUEST` for those that the server needs. */
  delete(instance: string, filename: string, options?: CallOptions): Promise<void>;
}

/**
 * Calls below `/1.0/instances/{name}/logs`: `GET` for the list, `GET` and `DELETE` of `/{filename}`. On LXD 5.0 the
 * recorded output of commands is among them.
 */
export interface InstanceLogsApi extends InstanceLogFilesApi {
  /**
   * The same calls below `/1.0/instances/{name}/logs/exec-output`: the recorded output of commands. Incus and newer LXD
   * only; LXD 5.0 answers `BAD_REQUEST`.
   */
  readonly execOutput: InstanceLogFilesApi;
}

/** Makes the calls below `/1.0/instances/{name}/logs`. */
export function instanceLogsApi(context: ClientContext): InstanceLogsApi {
  return {
    execOutput: execOutputApi(context),
    listUrls: (name, options = {}) =>
      read(context, "GET /1.0/instances/{name}/logs", { ...options, path: { name } }, z.array(z.string())),
    get: (name, filename, options = {}) =>
      readStream(context, "GET /1.0/instances/{name}/logs/{filename}", { ...options, path: { name, filename } }),
    delete: (name, filename, options = {}) =>
      change(context, "DELETE /1.0/instances/{name}/logs/{filename}", { ...options, path: { name, filename } }),
  };
}

/** Makes the calls below `/1.0/instances/{name}/logs/exec-output`. No extension announces them. */
function execOutputApi(context: ClientContext): InstanceLogFilesApi {
  return {
    listUrls: (name, options = {}) =>
      read(context, "GET /1.0/instances/{name}/logs/exec-output", { ...options, path: { name } }, z.array(z.string())),
    get: (name, filename, options = {}) =>
      readStream(context, "GET /1.0/instances/{name}/logs/exec-output/{filename}", {
        ...options,
        path: { name, filename },
      }),
    delete: (name, filename, options = {}) =>
      change(context, "DELETE /1.0/instances/{name}/logs/exec-output/{filename}", {
        ...options,
        path: { name, filename },
      }),
  };
}
