import { requireModelUuid } from "../configuration/manager-settings.ts";
import { ManagerError } from "../manager-error.ts";
import { isMachineId } from "./machine-id.ts";

/** How the machines of a model are named on a server. */
export interface Namespace {
  readonly modelUuid: string;
  /** What all names begin with, for example `juju-c3d479-`. */
  prefix(): string;
  /**
   * The name of a machine's container: `2/lxd/4` gives `juju-c3d479-2-lxd-4`.
   *
   * @throws {ManagerError} `MACHINE_ID_INVALID`.
   */
  hostname(machineId: string): string;
  /**
   * The id of the machine that has this name: `juju-c3d479-2-lxd-4` gives `2/lxd/4`.
   *
   * @throws {ManagerError} `HOSTNAME_FOREIGN` for a name of another namespace, `MACHINE_ID_INVALID`.
   */
  machineId(hostname: string): string;
  /** The prefix and this text, unchecked. */
  value(text: string): string;
}

/** Options of {@link createNamespace}. */
export interface NamespaceOptions {
  /** What names begin with before the digits of the model; `juju-` by default. */
  readonly prefix?: string | undefined;
}

/** As many hexadecimal digits of the model's UUID are in a name. */
const digits = 6;
/** Longer names are no host names. */
const longest = 63;

/**
 * The namespace of a model. Two models whose UUIDs end alike share it, so names alone do not say whose a container is.
 *
 * @throws {ManagerError} `MODEL_UUID_MISSING`, `MODEL_UUID_INVALID`.
 */
export function createNamespace(modelUuid: string, { prefix: start = "juju-" }: NamespaceOptions = {}): Namespace {
  const prefix = `${start}${requireModelUuid(modelUuid).slice(-digits)}-`;
  const hostname = (machineId: string): string => {
    const name = prefix + machineId.replaceAll("/", "-");
    if (isMachineId(machineId) && name.length <= longest) return name;
    throw invalidMachineId(machineId);
  };
  return {
    modelUuid,
    prefix: () => prefix,
    hostname,
    machineId(name) {
      if (!name.startsWith(prefix)) {
        throw new ManagerError(`${JSON.stringify(name)} is no name of a machine of this model`, {
          code: "HOSTNAME_FOREIGN",
          hint: `Names of its machines begin with ${prefix}.`,
        });
      }
      const id = name.slice(prefix.length).replaceAll("-", "/");
      if (hostnameOrNone(hostname, id) === name) return id;
      throw invalidMachineId(id);
    },
    value: (text) => prefix + text,
  };
}

function hostnameOrNone(hostname: (id: string) => string, id: string): string | undefined {
  return isMachineId(id) ? hostname(id) : undefined;
}

function invalidMachineId(id: string): ManagerError {
  return new ManagerError(`machine ID ${JSON.stringify(id)} is not a valid machine`, {
    code: "MACHINE_ID_INVALID",
    hint: "Give a number, or a path such as 2/lxd/4; names may have 63 characters.",
  });
}
