import type { FakeState, InstanceRecord } from "../core/fake-state.ts";
import { parseFilter } from "../core/filter.ts";
import { type CreateRequest, createOperation, type CreateSource } from "./instance-create.ts";
import { checkName } from "./instance-rules.ts";
import { instanceFullView, instanceView } from "./instance-view.ts";
import {
  devicesField,
  flagField,
  type JsonObject,
  objectField,
  parseBody,
  textField,
  textListField,
  textMapField,
} from "../core/json-body.ts";
import { randomName } from "../core/random.ts";
import { Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, checkProject, recursionOf, type Route, sync } from "../core/router.ts";

/** `/1.0/instances`. */
export const instancesRoute: Route = {
  pattern: "/1.0/instances",
  methods: { GET: list, POST: post },
};

function list({ state, query }: ApiRequest): ApiReply {
  const recursion = recursionOf(query);
  const filter = parseFilter(query.get("filter") ?? "", state.flavour);
  const type = query.get("instance-type") ?? "";
  if (!["", "container", "virtual-machine"].includes(type)) {
    throw new Refusal(state.flavour === "lxd" ? 500 : 400, "Invalid instance type");
  }
  const project = query.get("project") ?? "";
  if (query.get("all-projects") === "true" && project !== "") {
    throw new Refusal(400, "Cannot specify a project when requesting all projects");
  }
  // A project that does not exist has no instances: measured, unlike for other objects.
  const isHere = project === "" || project === "default";
  const found = [...state.instances.values()]
    .filter((instance) => isHere && (type === "" || instance.type === type))
    .filter((instance) => filter(instanceView(state, instance)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return sync(found.map((instance) => element(state, instance, recursion)));
}

function element(state: FakeState, instance: InstanceRecord, recursion: number): unknown {
  if (recursion === 0) return `/1.0/instances/${instance.name}`;
  return recursion === 1 ? instanceView(state, instance) : instanceFullView(state, instance);
}

function post(request: ApiRequest): ApiReply {
  const { state } = request;
  checkProject(request, () => new Refusal(404, "Failed loading project: Project not found"));
  const body = parseBody(request.body);
  if ((request.query.get("target") ?? "") !== "") throw new Refusal(400, "Target only allowed when clustered");
  return { kind: "operation", operation: state.operations.start(createOperation(state, readCreate(state, body))) };
}

function readCreate(state: FakeState, body: JsonObject): CreateRequest {
  const type = textField(body, "type") || "container";
  if (type !== "container" && type !== "virtual-machine") throw new Refusal(400, "Invalid instance type");
  const profiles = textListField(body, "profiles") ?? ["default"];
  const unknown = profiles.find((profile) => !state.profiles.has(profile));
  if (unknown !== undefined) throw new Refusal(500, `Requested profile "${unknown}" doesn't exist`);
  const name = textField(body, "name") || randomName(state.random);
  checkName(name, state.flavour);
  return {
    name,
    type,
    source: readSource(state, objectField(body, "source"), type),
    config: textMapField(body, "config") ?? {},
    devices: devicesField(body, "devices") ?? {},
    profiles,
    description: textField(body, "description"),
    ephemeral: flagField(body, "ephemeral"),
    start: flagField(body, "start"),
  };
}

function readSource(state: FakeState, source: JsonObject, type: CreateRequest["type"]): CreateSource {
  const kind = textField(source, "type");
  if (kind === "none") return { kind };
  if (kind !== "image") throw new Refusal(400, `Unknown source type ${kind}`);
  const alias = textField(source, "alias");
  const fingerprint = textField(source, "fingerprint");
  const properties = textMapField(source, "properties");
  if (alias === "" && fingerprint === "" && properties === undefined) {
    throw new Refusal(500, "Must specify one of alias, fingerprint or properties for init from image");
  }
  const server = textField(source, "server");
  if (server !== "") {
    const pull = { server, image: fingerprint || alias, type };
    return { kind: "pull", protocol: textField(source, "protocol"), pull };
  }
  if (fingerprint !== "") return { kind: "local", fingerprint };
  if (alias === "") return { kind: "local", fingerprint: byProperties(state, properties ?? {}) };
  const target = state.aliases.get(alias)?.target;
  // LXD looks the alias up before it answers; Incus leaves that to the operation.
  if (target === undefined && state.flavour === "lxd") throw new Refusal(404, "Image alias not found");
  return { kind: "local", fingerprint: target };
}

function byProperties(state: FakeState, wanted: Readonly<Record<string, string>>): string | undefined {
  return [...state.images.values()].find((image) =>
    Object.entries(wanted).every(([key, value]) => image.properties[key] === value),
  )?.fingerprint;
}
