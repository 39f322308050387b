import type { InstanceFull } from "@lxdkit/protocol";
import type { EditOptions } from "../editing/edit-resource.ts";
import type { ServerHost } from "../server-host.ts";
import type { ContainerSpec } from "./container-spec.ts";
import { createContainer, type CreateContainerOptions, type RunningContainer } from "./create-container.ts";
import { updateContainerConfig } from "./edit-container.ts";
import { removeContainer, type RemoveContainerOptions } from "./remove-container.ts";

/** What a server does with containers. */
export interface ContainerTasks {
  /** Makes and starts a container; removes what it made when a step fails. */
  createContainer(spec: ContainerSpec, options?: CreateContainerOptions): Promise<RunningContainer>;
  /** All instances, virtual machines too, with their state and sorted by name. */
  listInstances(options?: { readonly signal?: AbortSignal | undefined }): Promise<InstanceFull[]>;
  /** Removes a container; false when there was none. */
  removeContainer(name: string, options?: RemoveContainerOptions): Promise<boolean>;
  /**
   * Merges keys into an instance's config, an empty value removes one; false when all were set already and nothing was
   * written.
   */
  updateContainerConfig(
    name: string,
    config: Readonly<Record<string, string>>,
    options?: EditOptions,
  ): Promise<boolean>;
}

/** Makes the tasks on one server's containers. */
export function containerTasks(host: ServerHost): ContainerTasks {
  const { client } = host;
  return {
    createContainer: (spec, create) => createContainer(host, spec, create),
    async listInstances({ signal } = {}) {
      const instances = await client.instances.listFull({ signal });
      return instances.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
    removeContainer: (name, remove) => removeContainer(client, name, remove),
    updateContainerConfig: (name, config, edit) => updateContainerConfig(host, name, config, edit),
  };
}
