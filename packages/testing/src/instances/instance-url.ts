import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord } from "../core/records.ts";

/** The URL of an instance. */
export function instanceUrl(state: FakeState, { name, project }: Pick<InstanceRecord, "name" | "project">): string {
  return apiUrl(state.flavour, ["instances", name], project);
}

/** The URL of an instance among the resources of an operation, where LXD leaves the project out. */
export function operationUrl(state: FakeState, instance: Pick<InstanceRecord, "name" | "project">): string {
  return state.flavour === "lxd" ? `/1.0/instances/${instance.name}` : instanceUrl(state, instance);
}

/** The resources of an operation on a whole instance; LXD names it under its old path too. */
export function instanceResources(
  state: FakeState,
  instance: Pick<InstanceRecord, "name" | "project">,
): Readonly<Record<string, readonly string[]>> {
  const instances = [operationUrl(state, instance)];
  return state.flavour === "lxd" ? { containers: [`/1.0/containers/${instance.name}`], instances } : { instances };
}
