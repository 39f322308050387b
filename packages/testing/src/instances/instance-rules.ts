import { type Flavour, isInstanceName } from "@lxdkit/protocol";
import { isArchitecture } from "../core/architectures.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord } from "../core/records.ts";
import { expandedDevices } from "./instance-expansion.ts";
import { Refusal } from "../core/refusal.ts";

/** Refuses a name with the server's own reason; measured on LXD 5.0.2 and Incus 6.0.4. */
export function checkName(name: string, flavour: Flavour): void {
  if (name.includes("/")) throw new Refusal(400, 'The character "/" is reserved for snapshots');
  if (isInstanceName(name, flavour)) return;
  throw new Refusal(400, `Invalid instance name: ${nameProblem(name, flavour)}`);
}

/** What is wrong with a name that {@link isInstanceName} does not take. */
export function nameProblem(name: string, flavour: Flavour): string {
  if (name.length < 1 || name.length > 63) return "Name must be 1-63 characters long";
  if (!/^[A-Za-z0-9-]*$/.test(name)) return "Name can only contain alphanumeric and hyphen characters";
  if (name.startsWith("-")) return 'Name must not start with "-" character';
  if (name.endsWith("-")) return 'Name must not end with "-" character';
  return flavour === "lxd" ? "Name must not start with a number" : "Name cannot be a number";
}

/** What is wrong with the architecture of an instance that shall run on this machine. */
export function architectureProblem(
  { architectures }: Pick<FakeState, "architectures">,
  architecture: string,
): string | undefined {
  return architectures.includes(architecture) ? undefined : "Requested architecture isn't supported by this host";
}

/** Refuses an architecture that no server knows; an empty one is that of the host. */
export function checkArchitecture(architecture: string, status: number): void {
  if (architecture === "" || isArchitecture(architecture)) return;
  throw new Refusal(status, `Architecture isn't supported: ${architecture}`);
}

/** The pool of the instance's root disk; the default one when it names none. */
export function rootPool(state: FakeState, instance: Pick<InstanceRecord, "project" | "devices" | "profiles">): string {
  const devices = Object.values(expandedDevices(state, instance));
  return devices.find(({ type, path }) => type === "disk" && path === "/")?.["pool"] ?? "default";
}
