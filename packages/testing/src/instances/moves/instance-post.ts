import { isClustered } from "../../cluster/members.ts";
import { moveToMember } from "../../cluster/move-to-member.ts";
import { flagField, parseBody, textField } from "../../core/json-body.ts";
import type { InstanceRecord } from "../../core/records.ts";
import { Refusal } from "../../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../../core/router.ts";
import { hasProject, projectOf } from "../../projects/project-scope.ts";
import { checkName } from "../instance-rules.ts";
import { sendInstance } from "../migration/migration-source.ts";
import { moveInstance } from "./instance-move.ts";
import { renameOperation } from "./instance-rename.ts";

/** `POST /1.0/instances/{name}`: another name, another place on this server, or a way out to another server. */
export function postInstance(request: ApiRequest): ApiReply {
  const { state } = request;
  checkTarget(request);
  const instance = requireMovable(request);
  const body = parseBody(request);
  const name = textField(body, "name");
  const isMigration = flagField(body, "migration");
  const isForMember = isMigration && (request.query.get("target") ?? "") !== "";
  if (name !== "") checkName(name, state.flavour);
  if (isForMember) return moveToMember(request, instance, name);
  if (isMigration && (textField(body, "pool") !== "" || textField(body, "project") !== "")) {
    if (state.flavour === "incus") checkFree(request, instance, name);
    return moveInstance(request, instance, body);
  }
  if (!isMigration) return rename(request, instance, name);
  return sendInstance(request, instance, body);
}

function checkTarget({ state, query }: ApiRequest): void {
  if ((query.get("target") ?? "") === "" || isClustered(state)) return;
  if (state.flavour === "lxd") throw new Refusal(404, "Failed to get target node: Cluster member not found");
  throw new Refusal(400, "Target only allowed when clustered");
}

function requireMovable(request: ApiRequest): InstanceRecord {
  const { state, params } = request;
  const project = projectOf(request);
  const instance = hasProject(state, project) ? state.store.instances.get(project, params["name"] ?? "") : undefined;
  if (instance !== undefined) return instance;
  const about = state.flavour === "lxd" ? "" : "Failed to get address of instance's member: ";
  throw new Refusal(404, `${about}Instance not found`);
}

/** LXD takes a missing name for the one that the instance has, which is in use; Incus takes that one for a missing name. */
function rename(request: ApiRequest, instance: InstanceRecord, name: string): ApiReply {
  const { state } = request;
  const isOwn = name === "" || name === instance.name;
  const wanted = isOwn ? (state.flavour === "lxd" ? instance.name : "") : name;
  if (state.store.instances.get(instance.project, wanted) !== undefined) throw inUse(wanted);
  return { kind: "operation", operation: state.operations.start(renameOperation(request, instance, wanted)) };
}

function checkFree({ state }: ApiRequest, instance: InstanceRecord, name: string): void {
  if (name === "" || name === instance.name) return;
  if (state.store.instances.get(instance.project, name) !== undefined) throw inUse(name);
}

function inUse(name: string): Refusal {
  return new Refusal(409, `Name "${name}" already in use`);
}
