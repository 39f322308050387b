import { pathSegment } from "@lxdkit/protocol";
import { mergeObject, type Writable } from "./merge-object.ts";
import type { ObjectChange, Step } from "./step.ts";

/** An object of a server that a plan is about. */
export interface PlannedObject {
  /** For example `storage pool`. */
  readonly kind: string;
  readonly name: string;
  /** `default` unless said. */
  readonly project?: string | undefined;
  /** Path of the objects of its kind, for example `/1.0/profiles`. */
  readonly collection: string;
}

/** The step that makes an object. */
export function createStep(object: PlannedObject, body: Readonly<Record<string, unknown>>, why: string): Step {
  const query = queryOf(object);
  return {
    id: idOf(object),
    changes: `make the ${titleOf(object)}`,
    why,
    action: {
      kind: "create",
      method: "POST",
      path: `${object.collection}${query}`,
      body: { name: object.name, ...body },
      object: `${object.collection}/${pathSegment(object.name)}${query}`,
    },
    isUndoable: true,
  };
}

/** The step that changes an object that is there; none when it is so already. */
export function updateSteps(
  object: PlannedObject,
  current: Writable,
  change: ObjectChange,
  why: string,
): readonly Step[] {
  const body = mergeObject(current, change);
  if (body === undefined) return [];
  const path = `${object.collection}/${pathSegment(object.name)}${queryOf(object)}`;
  return [
    {
      id: idOf(object),
      changes: `change the ${titleOf(object)}: ${keysOf(change).join(", ")}`,
      why,
      action: { kind: "update", method: "PUT", path, change, body: { ...body } },
      isUndoable: true,
    },
  ];
}

/** The step that changes the configuration of the server; none when it is so already. */
export function configSteps(
  current: Writable["config"],
  config: Readonly<Record<string, string>>,
  why: string,
): readonly Step[] {
  const change = { config };
  const body = mergeObject({ config: current }, change, { sendsEmpty: true });
  if (body === undefined) return [];
  return [
    {
      id: "server config",
      changes: `change the configuration of the server: ${Object.keys(config).join(", ")}`,
      why,
      action: { kind: "update", method: "PUT", path: "/1.0", change, body: { ...body } },
      isUndoable: true,
    },
  ];
}

function idOf({ kind, name, project }: PlannedObject): string {
  return `${kind} ${name}${isElsewhere(project) ? ` in ${project}` : ""}`;
}

function titleOf({ kind, name, project }: PlannedObject): string {
  return `${kind} ${name}${isElsewhere(project) ? ` of the project ${project}` : ""}`;
}

function queryOf({ project }: PlannedObject): string {
  return isElsewhere(project) ? `?project=${encodeURIComponent(project)}` : "";
}

function isElsewhere(project: string | undefined): project is string {
  return project !== undefined && project !== "" && project !== "default";
}

function keysOf({ config = {}, devices = {}, description }: ObjectChange): readonly string[] {
  return [
    ...Object.keys(config),
    ...Object.entries(devices).flatMap(([name, values]) => Object.keys(values).map((key) => `${name}.${key}`)),
    ...(description === undefined ? [] : ["description"]),
  ];
}
