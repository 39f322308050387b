import type { ServerInfo } from "@lxdkit/protocol";
import type { Connection } from "@lxdkit/transport";
import type { ClientContext } from "./client-context.ts";
import { createEventHub, type EventHub } from "./event-hub.ts";
import { type ImagesApi, imagesApi } from "./images/images.ts";
import { type InstancesApi, instancesApi } from "./instances/instances.ts";
import { type OperationsApi, operationsApi } from "./operations.ts";
import { rememberInfo } from "./remember-info.ts";
import { type ServerApi, serverApi } from "./server.ts";

/** The REST API of one server: one typed function for each endpoint. */
export interface Client extends ServerApi {
  readonly connection: Connection;
  /** Where its calls work unless they say otherwise. */
  readonly place: ClientPlace;
  /** The shared events socket. */
  readonly events: EventHub;
  readonly images: ImagesApi;
  readonly instances: InstancesApi;
  readonly operations: OperationsApi;
  /** What the server is and can do: `GET /1.0`, read once and kept. */
  info(options?: { readonly signal?: AbortSignal | undefined }): Promise<ServerInfo>;
  /** The same client, working in another project or on another member of the cluster unless a call says otherwise. */
  in(place: ClientPlace): Client;
}

/** Where the calls of a client work unless they say otherwise. */
export interface ClientPlace {
  /** Project; the server's `default` unless given. */
  readonly project?: string | undefined;
  /** Cluster member. */
  readonly target?: string | undefined;
}

/** Makes a client on a connection, which the caller goes on to own and close. */
export function createClient(connection: Connection, place: ClientPlace = {}): Client {
  const hub = createEventHub(connection, { project: place.project });
  return clientOf({ connection, hub, info: rememberInfo(connection) }, place);
}

function clientOf(shared: Pick<ClientContext, "connection" | "hub" | "info">, place: ClientPlace): Client {
  const context: ClientContext = {
    ...shared,
    project: place.project,
    target: place.target,
    get operations() {
      return operations;
    },
  };
  const operations = operationsApi(context);
  return {
    ...serverApi(context),
    connection: shared.connection,
    place,
    events: shared.hub,
    images: imagesApi(context),
    instances: instancesApi(context),
    operations,
    info: ({ signal } = {}) => shared.info(signal),
    in: (other) => clientOf(shared, { ...place, ...other }),
  };
}
