import type { Tagged } from "@lxdkit/client";
import type { Devices, Instance, InstanceFull } from "@lxdkit/protocol";
import type { EditOptions } from "../editing/edit-resource.ts";
import type { ServerHost } from "../server-host.ts";
import type { Constraints } from "../constraints/constraints.ts";
import { constrainSpec } from "./constrain-spec.ts";
import { type ContainerAddress, containerAddresses } from "./container-addresses.ts";
import type { ContainerSpec } from "./container-spec.ts";
import { createContainer, type CreateContainerOptions } from "./create-container.ts";
import type { RunningContainer } from "./running-container.ts";
import { updateContainerConfig, updateContainerDevices, writeContainer } from "./edit-container.ts";
import { aliveStatuses, filterContainers, type FilterContainersOptions } from "./filter-containers.ts";
import { profileDevices } from "./profile-devices.ts";
import { removeContainer, type RemoveContainerOptions } from "./remove-container.ts";
import { removeContainers, type RemoveContainersOptions } from "./remove-containers.ts";
import { startContainer, type StartContainerOptions } from "./start-container.ts";
import { stopContainer, type StopContainerOptions } from "./stop-container.ts";

/** What a server does with containers. */
export interface ContainerTasks {
  /** Makes and starts a container; removes what it made when a step fails. */
  createContainer(spec: ContainerSpec, options?: CreateContainerOptions): Promise<RunningContainer>;
  /** A new spec that asks for what the constraints say, as this server needs it; nothing is made. */
  applyConstraints(
    spec: ContainerSpec,
    constraints: Constraints,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<ContainerSpec>;
  /** The devices that profiles give to an instance; those of the profile `default` unless others are named. */
  profileDevices(
    profiles?: readonly string[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Devices>;
  /** All instances, virtual machines too, with their state and sorted by name. */
  listInstances(options?: { readonly signal?: AbortSignal | undefined }): Promise<InstanceFull[]>;
  /** Those whose name starts so and whose status is one of these, any when none is given, in the server's order. */
  filterContainers(
    prefix: string,
    statuses?: readonly string[],
    options?: FilterContainersOptions,
  ): Promise<Instance[]>;
  /** Those whose name starts so and that can still be used: starting, running, stopping or stopped. */
  aliveContainers(prefix: string, options?: FilterContainersOptions): Promise<Instance[]>;
  /** The addresses at which an instance can be reached from elsewhere, sorted; none while it has none. */
  containerAddresses(
    name: string,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<ContainerAddress[]>;
  /** Starts an instance and waits until it runs; false when it ran already. */
  startContainer(name: string, options?: StartContainerOptions): Promise<boolean>;
  /** Stops an instance, by force when it does not stop in time; false when it was stopped already. */
  stopContainer(name: string, options?: StopContainerOptions): Promise<boolean>;
  /** Removes a container; false when there was none. */
  removeContainer(name: string, options?: RemoveContainerOptions): Promise<boolean>;
  /** Removes containers, many at a time; gives the names of those that were there. */
  removeContainers(names: readonly string[], options?: RemoveContainersOptions): Promise<string[]>;
  /**
   * Merges keys into an instance's config, an empty value removes one; false when all were set already and nothing was
   * written.
   */
  updateContainerConfig(
    name: string,
    config: Readonly<Record<string, string>>,
    options?: EditOptions,
  ): Promise<boolean>;
  /** Sets devices of an instance, null removes one; false when all were so already and nothing was written. */
  updateContainerDevices(
    name: string,
    devices: Readonly<Record<string, Devices[string] | null>>,
    options?: EditOptions,
  ): Promise<boolean>;
  /** Writes an instance that was read and changed here, by its ETag; false when it was so already. */
  writeContainer(
    container: Tagged<Instance>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<boolean>;
}

/** Makes the tasks on one server's containers. */
export function containerTasks(host: ServerHost): ContainerTasks {
  const { client } = host;
  return {
    createContainer: (spec, create) => createContainer(host, spec, create),
    applyConstraints: (spec, constraints, apply) => constrainSpec(host, spec, constraints, apply),
    profileDevices: (profiles, read) => profileDevices(client, profiles, read),
    async listInstances({ signal } = {}) {
      const instances = await client.instances.listFull({ signal });
      return instances.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
    filterContainers: (prefix, statuses, filter) => filterContainers(client, prefix, statuses, filter),
    aliveContainers: (prefix, filter) => filterContainers(client, prefix, aliveStatuses, filter),
    containerAddresses: async (name, read) => containerAddresses(await client.instances.state(name, read)),
    startContainer: (name, start) => startContainer(client, name, start),
    stopContainer: (name, stop) => stopContainer(client, name, stop),
    removeContainers: (names, remove) => removeContainers(client, names, remove),
    removeContainer: (name, remove) => removeContainer(client, name, remove),
    updateContainerConfig: (name, config, edit) => updateContainerConfig(host, name, config, edit),
    updateContainerDevices: (name, devices, edit) => updateContainerDevices(host, name, devices, edit),
    writeContainer: (container, write) => writeContainer(host, container, write),
  };
}
