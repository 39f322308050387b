// The server
export { openServer, type OpenServerOptions, type Server } from "./server.ts";
export type { OnProgress, Progress, Step } from "./progress.ts";

// Images
export type { FindImageOptions } from "./find-image.ts";
export type { SourcedImage } from "./sourced-image.ts";

// Containers
export type { ContainerSpec } from "./container-spec.ts";
export type { CreateContainerOptions, RunningContainer } from "./create-container.ts";
export type { RemoveContainerOptions } from "./remove-container.ts";
export { type ContainerAddress, containerAddresses } from "./container-addresses.ts";
export type { WaitForAddressOptions } from "./wait-address.ts";

// Errors
export { ServerError } from "./server-error.ts";
