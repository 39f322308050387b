import { type NetworkZone, type NetworkZonePut, networkZoneSchema, type NetworkZonesPost } from "@lxdkit/protocol";
import { change, read, readTagged } from "../call.ts";
import type { AllProjectsOptions, CallOptions, ChangeOptions, FilterOptions, Tagged } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listExtensions } from "../list-extensions.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import { withConfig } from "../with-config.ts";
import { type NetworkZoneRecordsApi, networkZoneRecordsApi } from "./network-zone-records.ts";

/** Options of a list of network zones; both are for Incus only. */
export interface ListNetworkZonesOptions extends FilterOptions, AllProjectsOptions {}

/** Calls below `/1.0/network-zones`. */
export interface NetworkZonesApi {
  readonly records: NetworkZoneRecordsApi;
  /** `GET /1.0/network-zones?recursion=1`. */
  list(options?: ListNetworkZonesOptions): Promise<NetworkZone[]>;
  /** `GET /1.0/network-zones`: their URLs. */
  listUrls(options?: ListNetworkZonesOptions): Promise<string[]>;
  /** `GET /1.0/network-zones/{zone}`. */
  get(zone: string, options?: CallOptions): Promise<Tagged<NetworkZone>>;
  /** `POST /1.0/network-zones`; `BAD_REQUEST` when it exists. */
  create(zone: NetworkZonesPost, options?: CallOptions): Promise<void>;
  /** `PUT /1.0/network-zones/{zone}`: replaces the configuration. */
  update(zone: string, values: NetworkZonePut, options?: ChangeOptions): Promise<void>;
  /** `PATCH /1.0/network-zones/{zone}`: merges `config`; a description that is left out is emptied. */
  patch(zone: string, values: NetworkZonePut, options?: ChangeOptions): Promise<void>;
  /** `DELETE /1.0/network-zones/{zone}`: with its records; `SERVER_ERROR` while a network uses it. */
  delete(zone: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/network-zones`. */
export function networkZonesApi(context: ClientContext): NetworkZonesApi {
  const collection = "GET /1.0/network-zones";
  return {
    records: networkZoneRecordsApi(context),
    list(options = {}) {
      const extension = listExtensions(options, "network_zones_all_projects");
      return read(context, collection, { ...options, recursion: 1, extension }, listOf(networkZoneSchema));
    },
    listUrls(options = {}) {
      const extension = listExtensions(options, "network_zones_all_projects");
      return read(context, collection, { ...options, extension }, urlsSchema);
    },
    get: (zone, options = {}) =>
      readTagged(context, "GET /1.0/network-zones/{zone}", { ...options, path: { zone } }, networkZoneSchema),
    create: (body, options = {}) => change(context, "POST /1.0/network-zones", { ...options, body }),
    update: (zone, body, options = {}) =>
      change(context, "PUT /1.0/network-zones/{zone}", { ...options, path: { zone }, body }),
    patch: (zone, values, options = {}) =>
      change(context, "PATCH /1.0/network-zones/{zone}", { ...options, path: { zone }, body: withConfig(values) }),
    delete: (zone, options = {}) => change(context, "DELETE /1.0/network-zones/{zone}", { ...options, path: { zone } }),
  };
}
