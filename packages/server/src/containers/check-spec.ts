import {
  checkInstanceName,
  flavourTitle,
  kernelArchitecture,
  MultipleErrors,
  requireExtension,
} from "@lxdkit/protocol";
import { findRootDisk } from "../constraints/apply-constraints.ts";
import { errorText, ServerError } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";
import type { ContainerSpec } from "./container-spec.ts";

/**
 * Passes a spec that the server may accept, without asking it.
 *
 * @throws {LxdkitError} the problem, for example `BAD_INSTANCE_NAME` or `BAD_CONTAINER_SPEC`.
 * @throws {MultipleErrors} `BAD_CONTAINER_SPEC` with every problem, when there are several.
 */
export function checkSpec(spec: ContainerSpec, host: Pick<ServerHost, "flavour" | "info">, isWaitedFor = false): void {
  const idle = isWaitedFor && spec.start === false ? ["nothing can be waited for that is not started"] : [];
  const problems: unknown[] = idle.map(badSpec);
  for (const check of checks) {
    try {
      problems.push(...check(spec, host).map(badSpec));
    } catch (error) {
      problems.push(error);
    }
  }
  if (problems.length === 1) throw problems[0];
  if (problems.length > 1) {
    throw new MultipleErrors(problems.map(errorText).join("; "), problems, { code: "BAD_CONTAINER_SPEC" });
  }
}

function badSpec(problem: string): ServerError {
  return new ServerError(problem, { code: "BAD_CONTAINER_SPEC" });
}

/** Looks at one side of a spec; gives what is wrong in words, or throws an error of its own. */
type Check = (spec: ContainerSpec, host: Pick<ServerHost, "flavour" | "info">) => readonly string[];

const checks: readonly Check[] = [
  ({ name }, { flavour }) => {
    if (name !== undefined) checkInstanceName(name, flavour);
    return [];
  },
  ({ image }) =>
    image.fingerprint === "" && image.alias === "" ? ["the image has neither fingerprint nor alias"] : [],
  checkType,
  checkArchitecture,
  ({ instanceType }) => (instanceType?.trim() === "" ? ["the instance type is empty"] : []),
  ({ config = {} }) => Object.entries(config).flatMap(([key, value]) => checkConfig(key, value)),
  ({ devices = {} }) => Object.entries(devices).flatMap(([name, device]) => checkDevice(name, device)),
  checkRootDisks,
  ({ profiles = [] }) => (profiles.includes("") ? ["a profile has an empty name"] : []),
  checkTarget,
];

function checkType(
  { image, type = image.type ?? "container" }: ContainerSpec,
  { info }: Pick<ServerHost, "info">,
): readonly string[] {
  const types: readonly string[] = ["container", "virtual-machine"];
  if (!types.includes(type)) return [`${JSON.stringify(type)} is no type of instances`];
  if ((image.type ?? type) !== type) return [`the image is one for a ${String(image.type)}, not for a ${type}`];
  if (type === "virtual-machine") requireExtension(info, "virtual-machines", "make a virtual machine");
  return [];
}

/** Members of a cluster may differ, so only a server alone is known to refuse. */
function checkArchitecture(
  { architecture }: ContainerSpec,
  { flavour, info }: Pick<ServerHost, "flavour" | "info">,
): readonly string[] {
  const { architectures = [], server_clustered: isClustered = false } = info.environment ?? {};
  if (architecture === undefined || isClustered || architectures.length === 0) return [];
  if (architectures.includes(kernelArchitecture(architecture))) return [];
  const title = flavourTitle(flavour);
  return [`this ${title} runs ${architectures.join(", ")}, not ${JSON.stringify(architecture)}`];
}

function checkConfig(key: string, value: unknown): readonly string[] {
  // Callers that are not type-checked often give numbers.
  if (typeof value !== "string") return [`the value of the config key ${key} is no text`];
  return /^[^\s=]+$/.test(key) ? [] : [`${JSON.stringify(key)} is no config key`];
}

function checkDevice(name: string, device: Readonly<Record<string, unknown>>): readonly string[] {
  if (name.trim() === "") return ["a device has an empty name"];
  const bad = Object.entries(device).filter(([, value]) => typeof value !== "string");
  const problems = bad.map(([key]) => `the value of ${key} of the device ${name} is no text`);
  return device["type"] === undefined || device["type"] === ""
    ? [...problems, `the device ${name} has no type`]
    : problems;
}

function checkRootDisks({ devices = {} }: ContainerSpec): readonly string[] {
  const roots = Object.entries(devices).filter(([name, device]) => findRootDisk({ [name]: device }) !== undefined);
  return roots.length > 1 ? [`there are several root disks: ${roots.map(([name]) => name).join(", ")}`] : [];
}

function checkTarget({ target }: ContainerSpec, { info }: Pick<ServerHost, "info">): readonly string[] {
  if (target === undefined) return [];
  if (target === "" || target === "@") return ["the target is empty"];
  if (info.environment?.server_clustered !== false) return [];
  throw new ServerError(`this server is in no cluster, so there is no member or group ${target}`, {
    code: "NOT_CLUSTERED",
    hint: "Leave the target out.",
  });
}
