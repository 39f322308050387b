import { type Instance, kernelArchitecture, type InstanceType } from "@lxdkit/protocol";
import { ManagerError } from "../manager-error.ts";
import type { ListedMachine } from "../machines/list-machines.ts";
import { machineStatus, notImplemented } from "../machines/machine-instance.ts";
import type { MachineRequest } from "../machines/machine-request.ts";

/** A machine of a fake manager. */
export interface FakeMachine {
  readonly request: MachineRequest;
  /** The server's name for what it does; `Running` at first. */
  status: string;
  profiles: readonly string[];
  readonly arch: string;
  readonly virtType: InstanceType;
  /** An address in the network for documentation. */
  readonly address: string;
}

/** Codes of the statuses that a machine can have. */
const codes: Readonly<Record<string, number>> = { Stopped: 102, Running: 103, Starting: 106, Frozen: 110, Error: 112 };

/** Shows a machine as a manager of a real server does. */
export function listedMachine(
  id: string,
  machine: FakeMachine,
  isThere: () => boolean,
  config: Readonly<Record<string, string>>,
): ListedMachine {
  const { request } = machine;
  const gone = (): ManagerError => new ManagerError(`${id} is gone`, { code: "CONTAINER_NOT_FOUND" });
  const container: Instance = {
    name: id,
    description: "",
    status: machine.status,
    status_code: codes[machine.status] ?? 0,
    type: machine.virtType,
    architecture: kernelArchitecture(machine.arch),
    ephemeral: false,
    stateful: false,
    profiles: machine.profiles,
    config,
    devices: {},
    expanded_config: config,
    expanded_devices: {},
    created_at: "2026-01-01T00:00:00Z",
    last_used_at: "2026-01-01T00:00:01Z",
    location: "none",
    project: "default",
  };
  return {
    id,
    machineId: request.machineId,
    container,
    toString: () => `lxd:${id}`,
    refresh: () => Promise.resolve(),
    status: () =>
      Promise.resolve(
        isThere() ? machineStatus(machine.status) : { status: "", message: `could not get status: ${id} is gone` },
      ),
    addresses: () =>
      isThere()
        ? Promise.resolve(
            machine.status === "Running"
              ? [{ address: machine.address, family: "ipv4", interface: "eth0", scope: "public" }]
              : [],
          )
        : Promise.reject(gone()),
    openPorts: () => notImplemented("open ports"),
    closePorts: () => notImplemented("close ports"),
    ingressRules: () => notImplemented("read ingress rules"),
  };
}
