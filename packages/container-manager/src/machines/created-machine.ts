import { debianArchitecture, type InstanceType } from "@lxdkit/protocol";
import type { ContainerAddress, ContainerOrigin, RunningContainer, Server } from "@lxdkit/server";
import type { ManagerHost } from "../manager-host.ts";
import { type MachineInstance, machineInstance } from "./machine-instance.ts";

/** What a machine is made of. */
export interface HardwareCharacteristics {
  /** Debian's name, for example `amd64`. */
  readonly arch: string;
  readonly virtType: InstanceType;
  /** The zone that is configured, else the member of the cluster; missing when there is neither. */
  readonly availabilityZone?: string;
}

/** A machine that runs. */
export interface CreatedMachine {
  readonly instance: MachineInstance;
  readonly hardware: HardwareCharacteristics;
  /**
   * `created`: it was made now; `adopted`: it was there and ran; `finished`: it was there half made, and runs now;
   * `replaced`: it was there half made, could not be started, and was made anew.
   */
  readonly origin: ContainerOrigin | "replaced";
  /** Empty unless they were waited for. */
  readonly addresses: readonly ContainerAddress[];
}

/** Describes a machine that was made. */
export function createdMachine(
  { settings }: Pick<ManagerHost, "settings">,
  server: Server,
  machineId: string,
  made: RunningContainer,
): CreatedMachine {
  const { architecture, type, location } = made.value;
  const { availabilityZone } = settings;
  const zone = availabilityZone === "" && server.isClustered ? location : availabilityZone;
  return {
    instance: machineInstance(server, made, machineId),
    hardware: {
      arch: debianArchitecture(architecture),
      virtType: type,
      ...(zone === "" ? {} : { availabilityZone: zone }),
    },
    origin: made.origin,
    addresses: made.addresses,
  };
}
