import type { Devices, InstanceType } from "@lxdkit/protocol";
import {
  devicesField,
  flagField,
  type JsonObject,
  objectField,
  textField,
  textListField,
  textMapField,
} from "../core/json-body.ts";
import { randomName } from "../core/random.ts";
import type { Config } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import type { ApiRequest, Caller } from "../core/router.ts";
import { checkInstanceCreation, hasRules } from "../projects/project-checks.ts";
import { projectFor, projectOf } from "../projects/project-scope.ts";
import { requireSource } from "./copies/copy-source.ts";
import { checkName } from "./instance-rules.ts";
import { instanceTypeLimits } from "./instance-type.ts";

/** What a checked `POST /1.0/instances` says of the new instance, wherever that comes from. */
export interface InstanceRequest {
  readonly project: string;
  readonly caller: Caller;
  readonly name: string;
  /** That of containers when the request names another one than there is. */
  readonly type: InstanceType;
  /** Whether the type is one that there is; a copy has that of its source, whatever the request says. */
  readonly isOfKnownType: boolean;
  /** Empty when the request names none. */
  readonly architecture: string;
  /** As it came: an empty value removes a key that the source has. */
  readonly config: Config;
  readonly devices: Devices;
  readonly profiles: readonly string[];
  readonly description: string;
  readonly ephemeral: boolean;
  /** Incus only: start it as part of the operation. */
  readonly start: boolean;
}

/** Reads a `POST /1.0/instances`, all but its source. */
export function readInstanceRequest(request: ApiRequest, body: JsonObject): InstanceRequest {
  const { state, caller } = request;
  const project = projectOf(request);
  const profileScope = projectFor(state, project, "features.profiles");
  const type = typeOf(request, body);
  const profiles = textListField(body, "profiles") ?? profilesOf(request, body);
  const unknown = profiles.find((profile) => state.store.profiles.get(profileScope, profile) === undefined);
  if (unknown !== undefined) throw new Refusal(500, `Requested profile "${unknown}" doesn't exist`);
  const name = textField(body, "name") || randomName(state.random);
  const limits = instanceTypeLimits(textField(body, "instance_type"), state.flavour);
  const wanted: InstanceRequest = {
    project,
    caller,
    name,
    type: type === "virtual-machine" ? type : "container",
    isOfKnownType: type === "container" || type === "virtual-machine",
    architecture: textField(body, "architecture"),
    config: { ...limits, ...textMapField(body, "config") },
    devices: devicesField(body, "devices") ?? {},
    profiles,
    description: textField(body, "description"),
    ephemeral: flagField(body, "ephemeral"),
    start: flagField(body, "start"),
  };
  if (!wanted.isOfKnownType && hasRules(state, project)) throw new Refusal(500, `Unexpected instance type "${type}"`);
  checkInstanceCreation(state, wanted);
  checkName(name, state.flavour);
  return wanted;
}

function typeOf(request: ApiRequest, body: JsonObject): string {
  const source = objectField(body, "source");
  if (textField(source, "type") === "copy") {
    return requireSource(request.state, projectOf(request), source).instance.type;
  }
  return textField(body, "type") || (request.instanceType ?? "container");
}

/** Refuses a type that there is none of; the servers find that out where they need it. */
export function checkInstanceType({ isOfKnownType }: InstanceRequest): void {
  if (!isOfKnownType) throw new Refusal(400, "Invalid instance type");
}

/** LXD gives the default profile only to instances that come from an image or from nothing. */
function profilesOf({ state }: ApiRequest, body: JsonObject): readonly string[] {
  const source = textField(objectField(body, "source"), "type");
  return state.flavour === "lxd" && ["copy", "migration"].includes(source) ? [] : ["default"];
}
