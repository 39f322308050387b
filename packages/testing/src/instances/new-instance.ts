import { cleanConfig } from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import { randomUuid } from "../core/random.ts";
import type { ImageRecord, InstanceRecord } from "../core/records.ts";
import { neverUsed, wireTime } from "../core/wire-time.ts";
import { expandedDevices, sortedDevices } from "./instance-expansion.ts";
import { withVolatileKeys } from "./volatile-keys.ts";

const idmap =
  '[{"Isuid":true,"Isgid":false,"Hostid":100000,"Nsid":0,"Maprange":10000001},' +
  '{"Isuid":false,"Isgid":true,"Hostid":100000,"Nsid":0,"Maprange":10000001}]';

/** How the files of an instance are to be shifted, which is noted of each that has no note of it. */
export const freshIdmap: Readonly<Record<string, string>> = {
  "volatile.idmap.next": idmap,
  "volatile.last_state.idmap": "[]",
};

/** What a new instance is made of. */
export type NewInstance = Pick<
  InstanceRecord,
  "project" | "name" | "type" | "config" | "devices" | "profiles" | "description" | "ephemeral"
> & {
  /** That of the host when it is missing or empty; an image has its own. */
  readonly architecture?: string;
};

/** The keys that an instance has of its image. */
export function imageConfig(image: ImageRecord | undefined): Record<string, string> {
  if (image === undefined) return {};
  return {
    ...Object.fromEntries(Object.entries(image.properties).map(([key, value]) => [`image.${key}`, value])),
    "volatile.base_image": image.fingerprint,
  };
}

/** The record of a new instance, still busy with being made. */
export function newInstance(state: FakeState, request: NewInstance, image: ImageRecord | undefined): InstanceRecord {
  const uuid = randomUuid(state.random);
  return {
    project: request.project,
    name: request.name,
    type: request.type,
    createdAt: wireTime(state.clock.now()),
    location: state.location,
    bootable: image !== undefined,
    architecture: image?.architecture ?? (request.architecture || (state.architectures[0] ?? "")),
    description: request.description,
    ephemeral: request.ephemeral,
    config: cleanConfig(
      withVolatileKeys(
        state,
        {
          ...imageConfig(image),
          "volatile.cloud-init.instance-id": randomUuid(state.random),
          "volatile.idmap.base": "0",
          ...freshIdmap,
          "volatile.uuid": uuid,
          ...(state.flavour === "incus" ? { "volatile.uuid.generation": uuid } : {}),
          ...request.config,
        },
        expandedDevices(state, request),
      ),
    ),
    devices: sortedDevices(request.devices),
    profiles: request.profiles,
    lastUsedAt: neverUsed,
    frozen: false,
    power: undefined,
    busy: "create",
  };
}
