// The client
export { type Client, createClient } from "./client.ts";
export type { CallOptions, Tagged } from "./call.ts";

// Resources
export type { ImagesApi } from "./images.ts";
export type { InstancesApi, ListInstancesOptions } from "./instances.ts";
export type { OperationsApi } from "./operations.ts";

// Operations and events
export type { EventHub, HubListener } from "./event-hub.ts";
export type { OperationHandle } from "./operation-handle.ts";
export type { WaitOperationOptions } from "./wait-operation.ts";

// Errors
export { OperationError } from "./operation-error.ts";
export { ProtocolError } from "./protocol-error.ts";
