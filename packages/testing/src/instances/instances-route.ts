import { maySee } from "../access/restricted-access.ts";
import { listView } from "../cluster/instance-list-view.ts";
import { isClustered } from "../cluster/members.ts";
import { placeInstance } from "../cluster/placement.ts";
import { parseFilter } from "../core/filter.ts";
import { type JsonObject, objectField, parseBody, textField } from "../core/json-body.ts";
import type { InstanceRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { compareTexts } from "../core/resource.ts";
import { type ApiReply, type ApiRequest, recursionOf, type Route, sync } from "../core/router.ts";
import { hasProject, projectOf } from "../projects/project-scope.ts";
import { importBackup } from "./backups/backup-import.ts";
import { putInstances } from "./bulk-state.ts";
import { requireSource } from "./copies/copy-source.ts";
import { copyInstance } from "./copies/instance-copy.ts";
import { createInstance, readImageSource } from "./instance-create.ts";
import { type InstanceRequest, readInstanceRequest } from "./instance-request.ts";
import { instanceTypeLimits } from "./instance-type.ts";
import { instanceUrl } from "./instance-url.ts";
import { receiveInstance } from "./migration/migration-sink.ts";
import { typedUrl } from "./typed-paths.ts";

/** `/1.0/instances`. */
export const instancesRoute: Route = {
  pattern: "/1.0/instances",
  methods: { GET: list, POST: post, PUT: putInstances },
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
    .filter(({ project }) => maySee(request, project))
    .filter((instance) => type === "" || instance.type === type)
    .filter((instance) => filterText === "" || filter(listView(state, instance)))
    .sort((a, b) => compareTexts(a.name, b.name));
  return sync(found.map((instance) => element(request, instance, recursion)));
}

function element({ state, instanceType }: ApiRequest, instance: InstanceRecord, recursion: number): unknown {
  if (recursion === 0) return typedUrl(instanceUrl(state, instance), instanceType);
  return listView(state, instance, recursion);
}

function post(request: ApiRequest): ApiReply | Promise<ApiReply> {
  const { state } = request;
  if (request.headers["content-type"] === "application/octet-stream") return importBackup(request);
  const body = parseBody(request);
  instanceTypeLimits(textField(body, "instance_type"), state.flavour);
  if (!hasProject(state, projectOf(request))) throw new Refusal(404, "Failed loading project: Project not found");
  const placed = { ...request, state: placeInstance(request) };
  checkSource(placed, body);
  const wanted = readInstanceRequest(placed, body);
  return forwardedReply(request, placed, makeInstance(placed, wanted, body));
}

function makeInstance(request: ApiRequest, wanted: InstanceRequest, body: JsonObject): ApiReply {
  switch (textField(objectField(body, "source"), "type")) {
    case "copy":
      return copyInstance(request, wanted, body);
    case "migration":
      return receiveInstance(request, wanted, body);
    default:
      return createInstance(request, wanted, body);
  }
}

/** The servers look the source up before they check what else the body says but the size. */
function checkSource(request: ApiRequest, body: JsonObject): void {
  const { state } = request;
  const project = projectOf(request);
  const source = objectField(body, "source");
  const type = textField(source, "type");
  if (type === "copy") requireSource(state, project, source);
  if (type === "image") readImageSource(state, project, source, "container");
}

/** LXD has even its own work done through another connection; Incus only what another member does. */
function forwardedReply({ state }: ApiRequest, placed: ApiRequest, reply: ApiReply): ApiReply {
  const isForwarded = isClustered(state) && (state.flavour === "lxd" || placed.state.location !== state.location);
  return reply.kind === "operation" && isForwarded ? { ...reply, project: projectOf(placed) } : reply;
}
