// The client
export { type Client, type ClientPlace, createClient } from "./client.ts";
export type {
  AllProjectsOptions,
  CallOptions,
  ChangeOptions,
  FilterOptions,
  Tagged,
  TargetOptions,
} from "./call-options.ts";

// Resources
export type { AddWithTokenOptions, AddWithTokenResult } from "./certificates/add-with-token.ts";
export type { CertificatesApi } from "./certificates/certificates.ts";
export {
  type JoinedServer,
  joinWithToken,
  type JoinWithTokenOptions,
  type ReadShownCertificate,
  type ShownServerCertificate,
} from "./certificates/join-with-token.ts";
export type { CreatedTrustToken, CreateTokenInput, TrustTokenEntry } from "./certificates/trust-tokens.ts";
export type { ClusterApi } from "./cluster/cluster.ts";
export type { ClusterGroupsApi } from "./cluster/groups.ts";
export type { CreatedJoinToken } from "./cluster/join-token.ts";
export type { ClusterMembersApi, DeleteClusterMemberOptions } from "./cluster/members.ts";
export type { ImageAliasesApi } from "./images/image-aliases.ts";
export type { ImagesApi } from "./images/images.ts";
export type { InstancesApi, ListInstancesOptions } from "./instances/instances.ts";
export type { OperationsApi, WaitCallOptions } from "./operations.ts";
export type { ListProfilesOptions, ProfilesApi } from "./profiles.ts";
export type { DeleteProjectOptions, ProjectsApi } from "./projects.ts";
export type { ChangeServerOptions, ServerApi } from "./server.ts";
export type { WarningsApi } from "./warnings.ts";

// Operations and events
export type { EventHub, HubListener, HubReadyOptions } from "./event-hub.ts";
export type { OperationHandle } from "./operation-handle.ts";
export type { WaitOperationOptions } from "./wait-operation.ts";

// Errors
export { OperationError } from "./operation-error.ts";
export { ProtocolError } from "./protocol-error.ts";
