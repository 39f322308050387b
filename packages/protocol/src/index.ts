// Errors
export { LxdkitError, type LxdkitErrorOptions } from "./lxdkit-error.ts";
export { MultipleErrors } from "./multiple-errors.ts";

// Flavours and status codes
export { type Flavour, flavourTitle, headerPrefix } from "./flavour.ts";
export { isFinalStatus, statusCode, statusNames } from "./status-code.ts";

// The envelope, operations and events
export { type Envelope, envelopeSchema } from "./envelope.ts";
export { type Operation, operationSchema } from "./operation.ts";
export { type LifecycleEvent, lifecycleEventSchema, type ServerEvent, serverEventSchema } from "./event.ts";

// Server, images and instances
export { flavourOf, type ServerEnvironment, type ServerInfo, serverInfoSchema } from "./server-info.ts";
export { type Image, type ImageAlias, imageAliasSchema, imageSchema, type InstanceType } from "./image.ts";
export {
  type Devices,
  type Instance,
  type InstanceAddress,
  type InstanceFull,
  instanceFullSchema,
  type InstanceNetwork,
  instanceSchema,
  type InstanceState,
  instanceStateSchema,
} from "./instance.ts";
export type { InstanceSource, InstancesPost, InstanceStatePut } from "./instance-source.ts";
export { checkInstanceName, isInstanceName } from "./instance-name.ts";

// What a server can do
export {
  type ApiExtension,
  type ApiExtensionList,
  type ApiExtensionName,
  apiExtensions,
  hasExtension,
  MissingExtensionError,
  requireExtension,
} from "./api-extension.ts";
export { compareVersions, isVersionAtLeast, parseVersion, type Version } from "./version.ts";

// Texts of the wire
export { debianArchitecture, kernelArchitecture } from "./architecture.ts";
export { formatByteSize, parseByteSize } from "./byte-size.ts";
export { cpuCount, type CpuCountOptions, memoryMiB } from "./instance-limits.ts";
export { pathSegment } from "./path-segment.ts";
export { isNeverUsed, isUnsetTime, readTime } from "./server-time.ts";
