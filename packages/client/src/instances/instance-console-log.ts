import type { StreamedResponse } from "@lxdkit/transport";
import { change, readStream } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";

/** Calls about what a container has written to its console. */
export interface InstanceConsoleLogApi {
  /**
   * `GET /1.0/instances/{name}/console`: the last of it, as far as the server keeps it. LXD answers `SERVER_ERROR`
   * when there is nothing yet.
   */
  get(instance: string, options?: CallOptions): Promise<StreamedResponse>;
  /** `DELETE /1.0/instances/{name}/console`: empties it. */
  clear(instance: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls about console logs. */
export function instanceConsoleLogApi(context: ClientContext): InstanceConsoleLogApi {
  return {
    get: (name, options = {}) =>
      readStream(context, "GET /1.0/instances/{name}/console", { ...options, path: { name } }),
    clear: (name, options = {}) =>
      change(context, "DELETE /1.0/instances/{name}/console", { ...options, path: { name } }),
  };
}
