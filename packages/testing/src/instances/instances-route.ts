import type { FakeState } from "../core/fake-state.ts";
import type { Config, InstanceRecord } from "../core/records.ts";
import { compareTexts } from "../core/resource.ts";
import { hasProject, projectFor, projectOf } from "../projects/project-scope.ts";
import { instanceUrl } from "./instance-url.ts";
import { parseFilter } from "../core/filter.ts";
import { type CreateRequest, createOperation, type CreateSource } from "./instance-create.ts";
import { checkName } from "./instance-rules.ts";
import { typedUrl } from "./typed-paths.ts";
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
import { type ApiReply, type ApiRequest, recursionOf, type Route, sync } from "../core/router.ts";

/** `/1.0/instances`. */
export const instancesRoute: Route = {
  pattern: "/1.0/instances",
  methods: { GET: list, POST: post },
};

function list(request: ApiRequest): ApiReply {
  const { state, query } = request;
  const recursion = recursionOf(query);
  const filterText = query.get("filter") ?? "";
  const filter = parseFilter(filterText, state.flavour);
  const type = query.get("instance-type") ?? request.instanceType ?? "";
  if (!["", "container", "virtual-machine"].includes(type)) {
    throw new Refusal(state.flavour === "lxd" ? 500 : 400, "Invalid instance type");
  }
  const isAll = query.get("all-projects") === "true";
  if (isAll && (query.get("project") ?? "") !== "") {
    throw new Refusal(400, "Cannot specify a project when requesting all projects");
  }
  const { instances } = state.store;
  // A project that does not exist has no instances: measured, unlike for other objects.
  const found = (isAll ? instances.all() : instances.in(projectOf(request)))
    .filter((instance) => type === "" || instance.type === type)
    .filter((instance) => filterText === "" || filter(instanceView(state, instance)))
    .sort((a, b) => compareTexts(a.name, b.name));
  return sync(found.map((instance) => element(request, instance, recursion)));
}

function element({ state, instanceType }: ApiRequest, instance: InstanceRecord, recursion: number): unknown {
  if (recursion === 0) return typedUrl(instanceUrl(state, instance), instanceType);
  return recursion === 1 ? instanceView(state, instance) : instanceFullView(state, instance);
}

function post(request: ApiRequest): ApiReply {
  const { state } = request;
  if (!hasProject(state, projectOf(request))) throw new Refusal(404, "Failed loading project: Project not found");
  const body = parseBody(request.body);
  if ((request.query.get("target") ?? "") !== "") throw new Refusal(400, "Target only allowed when clustered");
  return { kind: "operation", operation: state.operations.start(createOperation(state, readCreate(request, body))) };
}

function readCreate(request: ApiRequest, body: JsonObject): CreateRequest {
  const { state, caller } = request;
  const project = projectOf(request);
  const profileScope = projectFor(state, project, "features.profiles");
  const type = textField(body, "type") || (request.instanceType ?? "container");
  if (type !== "container" && type !== "virtual-machine") throw new Refusal(400, "Invalid instance type");
  const profiles = textListField(body, "profiles") ?? ["default"];
  const unknown = profiles.find((profile) => state.store.profiles.get(profileScope, profile) === undefined);
  if (unknown !== undefined) throw new Refusal(500, `Requested profile "${unknown}" doesn't exist`);
  const name = textField(body, "name") || randomName(state.random);
  checkName(name, state.flavour);
  return {
    project,
    caller,
    name,
    type,
    source: readSource(state, project, objectField(body, "source"), type),
    config: textMapField(body, "config") ?? {},
    devices: devicesField(body, "devices") ?? {},
    profiles,
    description: textField(body, "description"),
    ephemeral: flagField(body, "ephemeral"),
    start: flagField(body, "start"),
  };
}

function readSource(state: FakeState, project: string, source: JsonObject, type: CreateRequest["type"]): CreateSource {
  const scope = projectFor(state, project, "features.images");
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
  if (alias === "") return { kind: "local", fingerprint: byProperties(state, scope, properties ?? {}) };
  const target = state.store.aliases.get(scope, alias)?.target;
  // LXD looks the alias up before it answers; Incus leaves that to the operation.
  if (target === undefined && state.flavour === "lxd") throw new Refusal(404, "Image alias not found");
  return { kind: "local", fingerprint: target };
}

function byProperties(state: FakeState, scope: string, wanted: Config): string | undefined {
  return state.store.images
    .in(scope)
    .find((image) => Object.entries(wanted).every(([key, value]) => image.properties[key] === value))?.fingerprint;
}
