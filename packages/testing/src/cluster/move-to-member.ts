import { flagField, parseBody } from "../core/json-body.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import type { InstanceRecord, MemberRecord } from "../core/records.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { instanceResources } from "../instances/instance-url.ts";
import { noLiveMigration } from "../instances/migration/migration-source.ts";
import { renameInstance } from "../instances/moves/instance-rename.ts";
import { isOnline, requireMember } from "./members.ts";
import { leastUsed } from "./placement.ts";
import { sendToMember } from "./send-to-member.ts";

/** `POST /1.0/instances/{name}?target=` with `migration`: moves an instance to another member of the cluster. */
export function moveToMember(request: ApiRequest, instance: InstanceRecord, name: string): ApiReply {
  const { state, caller } = request;
  const isLxd = state.flavour === "lxd";
  const target = targetMember(request, instance);
  if (!isLxd && target.name === instance.location) {
    throw new Refusal(400, "Requested target server is the same as current server");
  }
  if (!isLxd && instance.power !== undefined && !flagField(parseBody(request), "live")) {
    throw new Refusal(400, "Instance must be stopped to be moved statelessly");
  }
  const operation = state.operations.start({
    description: "Migrating instance",
    project: instance.project,
    resources: instanceResources(state, instance),
    work: async () => {
      await Promise.resolve();
      checkMovable(request, instance, target);
      await sendToMember(state, instance, target.name, caller);
      if (name !== "" && name !== instance.name) renameInstance(state.on(target.name), instance, name);
    },
  });
  return { kind: "operation", operation };
}

/** The member that the query names, with each family's words when it cannot be that one. */
function targetMember({ state, query }: ApiRequest, instance: InstanceRecord): MemberRecord {
  const isLxd = state.flavour === "lxd";
  const wanted = query.get("target") ?? "";
  const ofGroup = !isLxd && wanted.startsWith("@") ? leastUsed(state, wanted.slice(1), instance.location) : undefined;
  const target = ofGroup ?? state.store.members.get(serverScope, wanted);
  if (target === undefined) {
    const lxd = "Failed to get target node: Cluster member not found";
    throw new Refusal(404, isLxd ? lxd : `Cluster member ${JSON.stringify(wanted)} not found`);
  }
  if (!isOnline(target)) throw new Refusal(400, `Target ${isLxd ? "node" : "cluster member"} is offline`);
  return target;
}

function checkMovable({ state }: ApiRequest, instance: InstanceRecord, target: MemberRecord): void {
  if (!isOnline(requireMember(state, instance.location))) {
    const more = state.flavour === "lxd" ? "" : "Failed getting instance pool: ";
    const about = "Failed loading instance storage pool: Failed getting instance storage pool name";
    throw new OperationFailure(`${about}: ${more}Instance storage pool not found`);
  }
  if (instance.location === target.name) {
    throw new OperationFailure("Target must be different than instance's current location");
  }
  if (instance.power !== undefined) {
    if (state.flavour === "incus") {
      throw new OperationFailure(`Failed setting up instance migration on source: ${noLiveMigration}`);
    }
    const about = `Failed stopping instance ${JSON.stringify(instance.name)}`;
    throw new OperationFailure(`${about}: Unable to perform container live migration. CRIU isn't installed`);
  }
}
