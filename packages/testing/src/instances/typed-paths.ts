import type { Flavour, InstanceType } from "@lxdkit/protocol";
import { Refusal } from "../core/refusal.ts";
import type { ApiRequest } from "../core/router.ts";
import { projectOf } from "../projects/project-scope.ts";

const types: Readonly<Record<string, InstanceType>> = {
  containers: "container",
  "virtual-machines": "virtual-machine",
};

/** A path without the type that it names, and the type. */
export interface TypedPath {
  readonly path: string;
  readonly instanceType: InstanceType | undefined;
}

/**
 * Takes `/1.0/containers` and `/1.0/virtual-machines`, which older clients ask LXD for, as `/1.0/instances`. Incus has
 * no such paths.
 */
export function readTypedPath(flavour: Flavour, path: string): TypedPath {
  const [, name = "", rest = ""] = (flavour === "lxd" ? /^\/1\.0\/([a-z-]+)(\/.*)?$/.exec(path) : null) ?? [];
  const instanceType = Object.hasOwn(types, name) ? types[name] : undefined;
  return instanceType === undefined ? { path, instanceType } : { path: `/1.0/instances${rest}`, instanceType };
}

/** Refuses an instance that is of another type than the path says. */
export function checkTypedPath(request: ApiRequest): void {
  const { instanceType, params, state } = request;
  if (instanceType === undefined || params["name"] === undefined) return;
  const instance = state.store.instances.get(projectOf(request), params["name"]);
  if (instance !== undefined && instance.type !== instanceType) throw new Refusal(404, "Instance not found");
}

/** The URL of an instance as the same path says it. */
export function typedUrl(url: string, instanceType: InstanceType | undefined): string {
  const [name = "instances"] = Object.entries(types).find(([, type]) => type === instanceType) ?? [];
  return url.replace("/instances/", `/${name}/`);
}
