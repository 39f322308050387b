import { type ServerInfo, serverInfoSchema } from "@lxdkit/protocol";
import type { Connection } from "@lxdkit/transport";
import { type CallOptions, readTagged, type Tagged } from "./call.ts";
import { createEventHub, type EventHub } from "./event-hub.ts";
import { type ImagesApi, imagesApi } from "./images.ts";
import { type InstancesApi, instancesApi } from "./instances.ts";
import { type OperationsApi, operationsApi } from "./operations.ts";

/** The REST API of one server: one typed function for each endpoint. */
export interface Client {
  readonly connection: Connection;
  /** The shared events socket. */
  readonly events: EventHub;
  readonly images: ImagesApi;
  readonly instances: InstancesApi;
  readonly operations: OperationsApi;
  /** `GET /1.0`. */
  getServer(options?: CallOptions): Promise<Tagged<ServerInfo>>;
}

/** Makes a client on a connection, which the caller goes on to own and close. */
export function createClient(connection: Connection): Client {
  const events = createEventHub(connection);
  const operations = operationsApi(connection);
  return {
    connection,
    events,
    operations,
    images: imagesApi(connection),
    instances: instancesApi({ connection, hub: events, operations }),
    getServer: ({ signal, timeoutMs } = {}) =>
      readTagged(connection, { method: "GET", path: "/1.0", signal, timeoutMs }, serverInfoSchema),
  };
}
