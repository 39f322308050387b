import { existsSync } from "node:fs";
import type { FakeState } from "../core/fake-state.ts";
import { serverScope } from "../core/store.ts";
import { scopeOf } from "../core/table.ts";
import { projectFor } from "../projects/project-scope.ts";
import { type Device, type DeviceProblem, isOn } from "./device.ts";
import { infinibandAddress, macAddress } from "./device-values.ts";
import { isCephSource, isMadeSource } from "./disk-rules.ts";
import type { ConnectedInstance } from "./nic-conflicts.ts";

/** What keeps a device, whose options are right, from being part of a container: most of all what it names is missing. */
export function addProblem(
  state: FakeState,
  instance: Pick<ConnectedInstance, "project" | "config">,
  name: string,
  device: Device,
): DeviceProblem | undefined {
  const { type = "", nictype = "", hwaddr = "" } = device;
  if (type === "disk") return diskProblem(state, instance.project, name, device);
  const mac = instance.config[`volatile.${name}.hwaddr`] ?? "";
  // Incus gives such a port the address of an Ethernet interface, and then refuses that.
  const isMisfit = state.flavour === "incus" && type === "infiniband" && nictype === "sriov" && hwaddr === "";
  const problem = isMisfit ? infinibandAddress("") : type === "nic" && mac !== "" ? macAddress(mac) : undefined;
  return problem === undefined ? undefined : { text: `Invalid value for device option "hwaddr": ${problem}` };
}

function diskProblem(state: FakeState, project: string, name: string, device: Device): DeviceProblem | undefined {
  const { source = "", pool = "" } = device;
  if (source === "") return undefined;
  if (pool !== "") return volumeProblem(state, project, device);
  const isLocal = !isCephSource(source) && !isMadeSource(state.flavour, source);
  const isNeeded = device["required"] === undefined ? !isOn(device["optional"]) : isOn(device["required"]);
  if (!isLocal || !isNeeded || existsSync(source)) return undefined;
  return { text: `Missing source path "${source}" for disk "${name}"` };
}

function volumeProblem(state: FakeState, project: string, device: Device): DeviceProblem | undefined {
  const { pool = "" } = device;
  if (state.store.pools.get(serverScope, pool) === undefined) {
    return { text: `Failed to get storage pool "${pool}": Storage pool not found`, status: 404 };
  }
  const scope = projectFor(state, project, "features.storage.volumes");
  const volume = state.store.volumes.get(scopeOf(scope, pool), volumeName(state, device));
  if (volume === undefined) return { text: "Failed loading custom volume: Storage volume not found", status: 404 };
  if (volume.contentType === "block") return { text: "Custom block volumes cannot be used on containers" };
  return (device["path"] ?? "") === "" ? { text: "Custom filesystem volumes require a path to be defined" } : undefined;
}

/** The volume that a disk is; Incus can also give a folder of it. */
function volumeName({ flavour }: Pick<FakeState, "flavour">, { source = "" }: Device): string {
  return flavour === "incus" ? (source.split("/")[0] ?? "") : source;
}
