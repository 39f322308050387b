import {
  type NetworkZoneRecord,
  type NetworkZoneRecordPut,
  networkZoneRecordSchema,
  type NetworkZoneRecordsPost,
} from "@lxdkit/protocol";
import { change, read, readTagged } from "../call.ts";
import type { CallOptions, ChangeOptions, FilterOptions, Tagged } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listExtensions } from "../list-extensions.ts";
import { listOf, urlsSchema } from "../list-of.ts";

/** Calls below `/1.0/network-zones/{zone}/records`. */
export interface NetworkZoneRecordsApi {
  /** `GET /1.0/network-zones/{zone}/records?recursion=1`. `filter`: Incus only. */
  list(zone: string, options?: FilterOptions): Promise<NetworkZoneRecord[]>;
  /** `GET /1.0/network-zones/{zone}/records`: their URLs. `filter`: Incus only. */
  listUrls(zone: string, options?: FilterOptions): Promise<string[]>;
  /** `GET /1.0/network-zones/{zone}/records/{name}`. */
  get(zone: string, name: string, options?: CallOptions): Promise<Tagged<NetworkZoneRecord>>;
  /** `POST /1.0/network-zones/{zone}/records`. */
  create(zone: string, record: NetworkZoneRecordsPost, options?: CallOptions): Promise<void>;
  /** `PUT /1.0/network-zones/{zone}/records/{name}`: replaces it. */
  update(zone: string, name: string, record: NetworkZoneRecordPut, options?: ChangeOptions): Promise<void>;
  /** `PATCH /1.0/network-zones/{zone}/records/{name}`: the servers of today replace it here too, entries and all. */
  patch(zone: string, name: string, record: NetworkZoneRecordPut, options?: ChangeOptions): Promise<void>;
  /** `DELETE /1.0/network-zones/{zone}/records/{name}`. */
  delete(zone: string, name: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/network-zones/{zone}/records`. */
export function networkZoneRecordsApi(context: ClientContext): NetworkZoneRecordsApi {
  const collection = "GET /1.0/network-zones/{zone}/records";
  return {
    list(zone, options = {}) {
      const input = { ...options, path: { zone }, recursion: 1, extension: listExtensions(options) } as const;
      return read(context, collection, input, listOf(networkZoneRecordSchema));
    },
    listUrls(zone, options = {}) {
      return read(context, collection, { ...options, path: { zone }, extension: listExtensions(options) }, urlsSchema);
    },
    get(zone, name, options = {}) {
      const input = { ...options, path: { zone, name } };
      return readTagged(context, "GET /1.0/network-zones/{zone}/records/{name}", input, networkZoneRecordSchema);
    },
    create: (zone, body, options = {}) =>
      change(context, "POST /1.0/network-zones/{zone}/records", { ...options, path: { zone }, body }),
    update(zone, name, body, options = {}) {
      const input = { ...options, path: { zone, name }, body };
      return change(context, "PUT /1.0/network-zones/{zone}/records/{name}", input);
    },
    patch(zone, name, body, options = {}) {
      const input = { ...options, path: { zone, name }, body };
      return change(context, "PATCH /1.0/network-zones/{zone}/records/{name}", input);
    },
    delete(zone, name, options = {}) {
      const input = { ...options, path: { zone, name } };
      return change(context, "DELETE /1.0/network-zones/{zone}/records/{name}", input);
    },
  };
}
