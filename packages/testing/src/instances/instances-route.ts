import { parseFilter } from "../core/filter.ts";
import { objectField, parseBody, textField } from "../core/json-body.ts";
import type { InstanceRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { compareTexts } from "../core/resource.ts";
import { type ApiReply, type ApiRequest, recursionOf, type Route, sync } from "../core/router.ts";
import { hasProject, projectOf } from "../projects/project-scope.ts";
import { importBackup } from "./backups/backup-import.ts";
import { putInstances } from "./bulk-state.ts";
import { copyInstance } from "./copies/instance-copy.ts";
import { createInstance } from "./instance-create.ts";
import { readInstanceRequest } from "./instance-request.ts";
import { instanceUrl } from "./instance-url.ts";
import { instanceFullView, instanceView } from "./instance-view.ts";
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
    .filter((instance) => type === "" || instance.type === type)
    .filter((instance) => filterText === "" || filter(instanceView(state, instance)))
    .sort((a, b) => compareTexts(a.name, b.name));
  return sync(found.map((instance) => element(request, instance, recursion)));
}

function element({ state, instanceType }: ApiRequest, instance: InstanceRecord, recursion: number): unknown {
  if (recursion === 0) return typedUrl(instanceUrl(state, instance), instanceType);
  return recursion === 1 ? instanceView(state, instance) : instanceFullView(state, instance);
}

function post(request: ApiRequest): ApiReply | Promise<ApiReply> {
  const { state } = request;
  if (request.headers["content-type"] === "application/octet-stream") return importBackup(request);
  if (!hasProject(state, projectOf(request))) throw new Refusal(404, "Failed loading project: Project not found");
  const body = parseBody(request);
  if ((request.query.get("target") ?? "") !== "") throw new Refusal(400, "Target only allowed when clustered");
  const wanted = readInstanceRequest(request, body);
  switch (textField(objectField(body, "source"), "type")) {
    case "copy":
      return copyInstance(request, wanted, body);
    default:
      return createInstance(request, wanted, body);
  }
}
