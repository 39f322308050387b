import * as z from "zod";
import type { Devices } from "./instance/instance.ts";
import { deviceMap, listOf, stringMap, text } from "./wire.ts";

/** Configuration and devices that instances share: `GET /1.0/profiles/{name}`. */
export interface Profile {
  readonly name: string;
  readonly description: string;
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Devices;
  /** URLs of the instances. */
  readonly used_by: readonly string[];
  /** Incus only. */
  readonly project?: string | undefined;
}

/** Reads a {@link Profile}. */
export const profileSchema: z.ZodType<Profile> = z.looseObject({
  name: z.string(),
  description: text,
  config: stringMap,
  devices: deviceMap,
  used_by: listOf(z.string()),
  project: z.string().optional(),
});

/** Body of `PUT` (replaces) and `PATCH /1.0/profiles/{name}` (merges). */
export interface ProfilePut {
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly devices?: Devices;
}

/** Body of `POST /1.0/profiles`. */
export interface ProfilesPost extends ProfilePut {
  readonly name: string;
}

/** Body of `POST /1.0/profiles/{name}`: the new name. */
export interface ProfilePost {
  readonly name: string;
}
