import type { FakeState } from "../../core/fake-state.ts";
import { type JsonObject, textField } from "../../core/json-body.ts";
import { Refusal } from "../../core/refusal.ts";
import { findSnapshot } from "../snapshots/snapshot-store.ts";
import type { CloneSource } from "./clone.ts";

/** The instance or the snapshot that the source of a copy names. */
export function requireSource(state: FakeState, ownProject: string, options: JsonObject): CloneSource {
  const name = textField(options, "source");
  const project = textField(options, "project") || ownProject;
  if (name === "") throw new Refusal(400, "Must specify a source instance");
  const [owner = "", wanted] = name.split("/");
  const instance = state.store.instances.get(project, owner);
  if (wanted !== undefined) {
    if (instance === undefined) throw noInstance(project, name);
    const snapshot = findSnapshot(state, instance, wanted);
    if (snapshot !== undefined) return { ...snapshot, instance, snapshot };
    const noun = state.flavour === "lxd" ? "InstanceSnapshot" : "Instance_snapshot";
    const about = `Failed to fetch snapshot "${wanted}" of instance "${owner}" in project "${project}"`;
    throw new Refusal(404, `${about}: ${noun} not found`);
  }
  if (instance !== undefined) return { ...instance, instance };
  throw noInstance(project, owner);
}

function noInstance(project: string, name: string): Refusal {
  return new Refusal(404, `Failed to fetch instance "${name}" in project "${project}": Instance not found`);
}
