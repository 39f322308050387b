import { maybeOpenLocalServer, type OpenLocalServerOptions, type Server } from "@lxdkit/server";
import type { ManagerConfig } from "./configuration/manager-config.ts";
import { type ContainerManagerOptions, createContainerManager, type LxdContainerManager } from "./container-manager.ts";
import { ManagerError } from "./manager-error.ts";

/** Options of {@link newContainerManager}. */
export interface NewContainerManagerOptions extends Omit<ContainerManagerOptions, "server"> {
  /** How the server of this machine is looked for. */
  readonly local: OpenLocalServerOptions;
}

/**
 * Makes the manager of a model's machines on the server of this machine, which is opened when it is wanted first.
 *
 * @throws {ManagerError} `CONTAINER_TYPE_UNKNOWN` for any type but `lxd` and `incus`, and what
 * {@link createContainerManager} throws.
 */
export function newContainerManager(
  type: string,
  config: ManagerConfig,
  { local, ...options }: NewContainerManagerOptions,
): LxdContainerManager {
  if (type !== "lxd" && type !== "incus") {
    const hint = type === "kvm" ? "Virtual machines of the server are containers with virt-type=virtual-machine." : "";
    throw new ManagerError(`unknown container type: ${JSON.stringify(type)}`, {
      code: "CONTAINER_TYPE_UNKNOWN",
      hint: hint || "Give lxd or incus.",
    });
  }
  return createContainerManager(config, { ...options, server: () => openLocal(local) });
}

async function openLocal(options: OpenLocalServerOptions): Promise<Server> {
  const server = await maybeOpenLocalServer(options);
  if (server !== undefined) return server;
  throw new ManagerError("creating LXD container manager: there is no LXD or Incus on this machine", {
    code: "SERVER_UNSUPPORTED",
    hint: "Install LXD or Incus, or name its socket.",
  });
}
