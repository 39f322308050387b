import { type ServerInfo, serverInfoSchema, type ServerPut } from "@lxdkit/protocol";
import { change, readTagged } from "./call.ts";
import type { ChangeOptions, Tagged, TargetOptions } from "./call-options.ts";
import type { ClientContext } from "./client-context.ts";

/** Options of a change of the server's configuration. */
export interface ChangeServerOptions extends ChangeOptions, TargetOptions {}

/** Calls about the server itself. */
export interface ServerApi {
  /** `GET /1.0`. With `target`: the configuration of that member. */
  getServer(options?: TargetOptions): Promise<Tagged<ServerInfo>>;
  /** `PUT /1.0`: replaces the whole configuration; with `target` only that member's own keys. */
  updateServer(server: ServerPut, options?: ChangeServerOptions): Promise<void>;
  /** `PATCH /1.0`: changes the given keys; an empty value removes one. */
  patchServer(server: ServerPut, options?: ChangeServerOptions): Promise<void>;
}

/** Makes the calls about the server itself. */
export function serverApi(context: ClientContext): ServerApi {
  return {
    getServer: (options = {}) => readTagged(context, "GET /1.0", options, serverInfoSchema),
    updateServer: (body, options = {}) => change(context, "PUT /1.0", { ...options, body }),
    patchServer: (body, options = {}) => change(context, "PATCH /1.0", { ...options, body }),
  };
}
