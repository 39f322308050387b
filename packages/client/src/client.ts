import type { ServerInfo } from "@lxdkit/protocol";
import type { Connection } from "@lxdkit/transport";
import { type ApiCall, apiCall } from "./api/api-call.ts";
import { type CertificatesApi, certificatesApi } from "./certificates/certificates.ts";
import type { ClientContext } from "./client-context.ts";
import { type ClusterApi, clusterApi } from "./cluster/cluster.ts";
import { createEventHub, type EventHub } from "./event-hub.ts";
import { type EventsApi, eventsApi } from "./events/watch-events.ts";
import { type ImagesApi, imagesApi } from "./images/images.ts";
import { type InstancesApi, instancesApi } from "./instances/instances.ts";
import { lookAtOperations } from "./look-at-operations.ts";
import { type NetworkAclsApi, networkAclsApi } from "./networks/network-acls.ts";
import { type NetworkAllocationsApi, networkAllocationsApi } from "./networks/network-allocations.ts";
import { type NetworkIntegrationsApi, networkIntegrationsApi } from "./networks/network-integrations.ts";
import { type NetworkZonesApi, networkZonesApi } from "./networks/network-zones.ts";
import { type NetworksApi, networksApi } from "./networks/networks.ts";
import { type OperationsApi, operationsApi } from "./operations.ts";
import { type ProfilesApi, profilesApi } from "./profiles.ts";
import { type ProjectsApi, projectsApi } from "./projects.ts";
import { rememberInfo } from "./remember-info.ts";
import { type ServerApi, serverApi } from "./server.ts";
import { type StoragePoolsApi, storagePoolsApi } from "./storage/storage-pools.ts";
import { type WarningsApi, warningsApi } from "./warnings.ts";

/** The REST API of one server: one typed function for each endpoint. */
export interface Client extends ServerApi, EventsApi, NetworkAllocationsApi {
  readonly connection: Connection;
  /** Where its calls work unless they say otherwise. */
  readonly place: ClientPlace;
  /** The shared events. */
  readonly events: EventHub;
  readonly certificates: CertificatesApi;
  readonly cluster: ClusterApi;
  readonly images: ImagesApi;
  readonly instances: InstancesApi;
  readonly networkAcls: NetworkAclsApi;
  readonly networkIntegrations: NetworkIntegrationsApi;
  readonly networkZones: NetworkZonesApi;
  readonly networks: NetworksApi;
  readonly operations: OperationsApi;
  /** Sends any request to any path. */
  readonly api: ApiCall;
  readonly storagePools: StoragePoolsApi;
  readonly profiles: ProfilesApi;
  readonly projects: ProjectsApi;
  readonly warnings: WarningsApi;
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
    look: lookAtOperations((options) => operations.list(options)),
  };
  const operations = operationsApi(context);
  return {
    ...serverApi(context),
    ...networkAllocationsApi(context),
    ...eventsApi(context),
    connection: shared.connection,
    place,
    events: shared.hub,
    certificates: certificatesApi(context),
    cluster: clusterApi(context),
    images: imagesApi(context),
    instances: instancesApi(context),
    networkAcls: networkAclsApi(context),
    networkIntegrations: networkIntegrationsApi(context),
    networkZones: networkZonesApi(context),
    networks: networksApi(context),
    operations,
    api: apiCall(context),
    storagePools: storagePoolsApi(context),
    profiles: profilesApi(context),
    projects: projectsApi(context),
    warnings: warningsApi(context),
    info: ({ signal } = {}) => shared.info(signal),
    in: (other) => clientOf(shared, { ...place, ...other }),
  };
}
