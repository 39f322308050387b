import * as z from "zod";
import { amount, listOf, stringMap, text } from "../wire.ts";

/** A DNS zone that the server answers for: `GET /1.0/network-zones/{zone}`. */
export interface NetworkZone {
  readonly name: string;
  readonly description: string;
  readonly config: Readonly<Record<string, string>>;
  readonly used_by: readonly string[];
  /** Incus only. */
  readonly project?: string | undefined;
}

/** Reads a {@link NetworkZone}. */
export const networkZoneSchema: z.ZodType<NetworkZone> = z.looseObject({
  name: z.string(),
  description: text,
  config: stringMap,
  used_by: listOf(z.string()),
  project: z.string().optional(),
});

/** Body of `PUT` (replaces) and `PATCH /1.0/network-zones/{zone}` (merges). */
export interface NetworkZonePut {
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** Body of `POST /1.0/network-zones`. */
export interface NetworkZonesPost extends NetworkZonePut {
  readonly name: string;
}

/** One DNS entry. */
export interface NetworkZoneRecordEntry {
  /** For example `A`, `AAAA`, `CNAME`, `MX`. */
  readonly type: string;
  /** Seconds; 0: the zone's. */
  readonly ttl: number;
  readonly value: string;
}

/** A name in a zone: `GET /1.0/network-zones/{zone}/records/{name}`. */
export interface NetworkZoneRecord {
  readonly name: string;
  readonly description: string;
  readonly entries: readonly NetworkZoneRecordEntry[];
  readonly config: Readonly<Record<string, string>>;
}

/** Reads a {@link NetworkZoneRecord}. */
export const networkZoneRecordSchema: z.ZodType<NetworkZoneRecord> = z.looseObject({
  name: z.string(),
  description: text,
  entries: listOf(z.looseObject({ type: z.string(), ttl: amount, value: text })),
  config: stringMap,
});

/** Body of `PUT` and `PATCH .../records/{name}`; both replace. */
export interface NetworkZoneRecordPut {
  readonly description?: string;
  readonly entries?: readonly { readonly type: string; readonly ttl?: number; readonly value: string }[];
  readonly config?: Readonly<Record<string, string>>;
}

/** Body of `POST /1.0/network-zones/{zone}/records`. */
export interface NetworkZoneRecordsPost extends NetworkZoneRecordPut {
  readonly name: string;
}
