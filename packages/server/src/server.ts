import { type Client, createClient } from "@lxdkit/client";
import { type Flavour, flavourOf, type InstanceFull, type ServerInfo } from "@lxdkit/protocol";
import type { Connection } from "@lxdkit/transport";
import type { ContainerAddress } from "./container-addresses.ts";
import type { ContainerSpec } from "./container-spec.ts";
import { createContainer, type CreateContainerOptions, type RunningContainer } from "./create-container.ts";
import { findImage, type FindImageOptions } from "./find-image.ts";
import { removeContainer, type RemoveContainerOptions } from "./remove-container.ts";
import type { SourcedImage } from "./sourced-image.ts";
import { createStatePoller } from "./state-poller.ts";
import { waitForAddress, type WaitForAddressOptions } from "./wait-address.ts";

/** One server, with judgement: tasks that take several requests and clean up after themselves. */
export interface Server extends AsyncDisposable {
  /** `GET /1.0` as read when the server was opened. */
  readonly info: ServerInfo;
  readonly flavour: Flavour;
  /** For example `5.0.2`. */
  readonly version: string;
  /** The single calls. */
  readonly client: Client;
  /** Finds an image by alias in the server's store and in simplestreams servers; downloads nothing. */
  findImage(alias: string, options?: FindImageOptions): Promise<SourcedImage>;
  /** Makes and starts a container; removes what it made when a step fails. */
  createContainer(spec: ContainerSpec, options?: CreateContainerOptions): Promise<RunningContainer>;
  /** All instances, virtual machines too, with their state and sorted by name. */
  listInstances(options?: { readonly signal?: AbortSignal | undefined }): Promise<InstanceFull[]>;
  /** Removes a container; false when there was none. */
  removeContainer(name: string, options?: RemoveContainerOptions): Promise<boolean>;
  /** Waits until a container has an address that others can use. */
  waitForAddress(name: string, options?: WaitForAddressOptions): Promise<ContainerAddress[]>;
  /** Closes the connection. */
  close(): Promise<void>;
}

/** Options of {@link openServer}. */
export interface OpenServerOptions {
  readonly signal?: AbortSignal | undefined;
  /** Project to work in; the server's `default` unless given. */
  readonly project?: string | undefined;
}

/**
 * Reads a server once and gives the tasks that can be done on it. The connection belongs to the result from then on,
 * also when opening fails.
 *
 * @throws {TransportError} when the server cannot be reached.
 * @throws {ApiError} when it refuses.
 */
export async function openServer(connection: Connection, options: OpenServerOptions = {}): Promise<Server> {
  const client = createClient(connection, { project: options.project });
  let info: ServerInfo;
  try {
    info = await client.info({ signal: options.signal });
  } catch (error) {
    await connection.close();
    throw error;
  }
  const flavour = flavourOf(info);
  const poller = createStatePoller(client);
  const close = (): Promise<void> => {
    client.events.close();
    return connection.close();
  };
  return {
    info,
    flavour,
    version: info.environment?.server_version ?? "",
    client,
    findImage: (alias, find) =>
      findImage({ client, flavour, architectures: info.environment?.architectures ?? [] }, alias, find),
    createContainer: (spec, create) => createContainer({ client, flavour, poller }, spec, create),
    async listInstances({ signal } = {}) {
      const instances = await client.instances.listFull({ signal });
      return instances.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
    removeContainer: (name, remove) => removeContainer(client, name, remove),
    waitForAddress: (name, wait) => waitForAddress(poller, name, wait),
    close,
    [Symbol.asyncDispose]: close,
  };
}
