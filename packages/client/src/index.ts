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

// Any request
export type { ApiAnswer, ApiCall, ApiCallOptions } from "./api/api-call.ts";

// Resources
export type { ImageAliasesApi } from "./images/image-aliases.ts";
export type { ImagesApi } from "./images/images.ts";
export type { InstancesApi, ListInstancesOptions } from "./instances/instances.ts";
export type { OperationsApi, WaitCallOptions } from "./operations.ts";
export type { ChangeServerOptions, ServerApi } from "./server.ts";

// Operations and events
export type { EventHub, HubListener, HubReadyOptions } from "./event-hub.ts";
export type { OperationHandle } from "./operation-handle.ts";
export type { WaitOperationOptions } from "./wait-operation.ts";

// Errors
export { OperationError } from "./operation-error.ts";
export { ProtocolError } from "./protocol-error.ts";
