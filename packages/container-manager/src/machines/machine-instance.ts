import { type Instance, statusNames } from "@lxdkit/protocol";
import type { ContainerAddress, Server } from "@lxdkit/server";
import type { CallOptions } from "../call-options.ts";
import { errorText, ManagerError } from "../manager-error.ts";
import type { MachineStatus, MachineStatusName } from "./machine-status.ts";

/** A machine's container. */
export interface MachineInstance {
  /** The container's name. */
  readonly id: string;
  /** For example `2/lxd/4`. */
  readonly machineId: string;
  /** `lxd:` and the id. */
  toString(): string;
  /** Does nothing: the status is read when it is asked for. */
  refresh(): Promise<void>;
  /** Reads the container's state. An error is told in the message of a status without name. */
  status(options?: CallOptions): Promise<MachineStatus>;
  /** The addresses at which it can be reached from elsewhere; none while it has none. */
  addresses(options?: CallOptions): Promise<ContainerAddress[]>;
  /** @throws {ManagerError} `NOT_IMPLEMENTED`, always. */
  openPorts(): Promise<never>;
  /** @throws {ManagerError} `NOT_IMPLEMENTED`, always. */
  closePorts(): Promise<never>;
  /** @throws {ManagerError} `NOT_IMPLEMENTED`, always. */
  ingressRules(): Promise<never>;
}

/** Makes the {@link MachineInstance} of a container. */
export function machineInstance(server: Server, { name }: Pick<Instance, "name">, machineId: string): MachineInstance {
  return {
    id: name,
    machineId,
    toString: () => `lxd:${name}`,
    refresh: () => Promise.resolve(),
    async status({ signal } = {}) {
      try {
        const { status_code: code, status } = await server.client.instances.state(name, { signal });
        return machineStatus(statusNames[code] ?? status);
      } catch (error) {
        signal?.throwIfAborted();
        return { status: "", message: `could not get status: ${errorText(error)}` };
      }
    },
    addresses: (options) => server.containerAddresses(name, options),
    openPorts: () => notImplemented("open ports"),
    closePorts: () => notImplemented("close ports"),
    ingressRules: () => notImplemented("read ingress rules"),
  };
}

/** What the name of a server's status means for a machine; the message is that name. */
export function machineStatus(name: string): MachineStatus {
  return { status: meanings.get(name) ?? "", message: name };
}

const meanings: ReadonlyMap<string, MachineStatusName> = new Map([
  ["Starting", "allocating"],
  ["Started", "allocating"],
  ["Running", "running"],
  ["Ready", "running"],
]);

/** What containers have not, in the fake manager too. Rejects with `NOT_IMPLEMENTED`. */
export async function notImplemented(what: string): Promise<never> {
  throw new ManagerError(`cannot ${what} of a container: not implemented`, {
    code: "NOT_IMPLEMENTED",
    hint: "Use the firewall of the host, or network ACLs of the server.",
  });
}
