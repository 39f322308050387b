import { text } from "node:stream/consumers";
import {
  type ConfigurationMetadata,
  configurationMetadataSchema,
  type Resources,
  resourcesSchema,
  type ServerInfo,
  serverInfoSchema,
  type ServerPut,
} from "@lxdkit/protocol";
import { change, read, readStream, readTagged } from "./call.ts";
import type { CallOptions, ChangeOptions, Tagged, TargetOptions } from "./call-options.ts";
import type { ClientContext } from "./client-context.ts";
import { urlsSchema } from "./list-of.ts";

/** Options of a change of the server's configuration. */
export interface ChangeServerOptions extends ChangeOptions, TargetOptions {}

/** Calls about the server itself. */
export interface ServerApi {
  /** `GET /`: the versions of the API as paths, for example `/1.0`. Anybody may ask. */
  getApiVersions(options?: CallOptions): Promise<string[]>;
  /** `GET /1.0`. With `target`: the configuration of that member. */
  getServer(options?: TargetOptions): Promise<Tagged<ServerInfo>>;
  /** `PUT /1.0`: replaces the whole configuration; with `target` only that member's own keys. */
  updateServer(server: ServerPut, options?: ChangeServerOptions): Promise<void>;
  /** `PATCH /1.0`: changes the given keys; an empty value removes one. */
  patchServer(server: ServerPut, options?: ChangeServerOptions): Promise<void>;
  /** `GET /1.0/resources`: the hardware. */
  getResources(options?: TargetOptions): Promise<Resources>;
  /** `GET /1.0/metrics`: what instances use, as OpenMetrics text; of one project when one is given. */
  getMetrics(options?: TargetOptions): Promise<string>;
  /**
   * `GET /1.0/metadata/configuration`: all configuration keys, described. Incus and newer LXD
   * (`metadata_configuration`).
   */
  getConfigurationMetadata(options?: CallOptions): Promise<ConfigurationMetadata>;
}

/** Makes the calls about the server itself. */
export function serverApi(context: ClientContext): ServerApi {
  return {
    getApiVersions: (options = {}) => read(context, "GET /", options, urlsSchema),
    getServer: (options = {}) => readTagged(context, "GET /1.0", options, serverInfoSchema),
    updateServer: (body, options = {}) => change(context, "PUT /1.0", { ...options, body }),
    patchServer: (body, options = {}) => change(context, "PATCH /1.0", { ...options, body }),
    getResources: (options = {}) => read(context, "GET /1.0/resources", options, resourcesSchema),
    getMetrics: async (options = {}) => text((await readStream(context, "GET /1.0/metrics", options)).body),
    getConfigurationMetadata: (options = {}) => {
      const input = { ...options, extension: "metadata_configuration" } as const;
      return read(context, "GET /1.0/metadata/configuration", input, configurationMetadataSchema);
    },
  };
}
