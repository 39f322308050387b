// Fake server
export {
  type FakeServer,
  type FakeServerOptions,
  type HttpsAddress,
  type RestartOptions,
  startFakeServer,
} from "./fake-server.ts";
export type { FakeMember } from "./cluster/fake-members.ts";
export type { FakeTimings } from "./core/fake-state.ts";
export type { FakeImage } from "./images/image-store.ts";

// What goes wrong on purpose
export type {
  CutFault,
  DelayFault,
  DropFault,
  FaultControls,
  HeldOperations,
  HoldFault,
  OperationFault,
  OperationMatch,
  RequestFault,
  RequestMatch,
} from "./faults/fault-controls.ts";
export type { FaultSchedule, PlantedFault } from "./faults/fault-plan.ts";

// What was asked for
export type { LoggedRequest } from "./core/request-log.ts";
export { assertIfMatch, assertRequests } from "./assertions/request-assertions.ts";
export { assertCloudConfig } from "./assertions/cloud-init.ts";

// Inside its instances
export type { BootLog } from "./instances/console/consoles.ts";
export type { CommandContext, FakeCommand, FakeCommands, RunChanges, TerminalSize } from "./instances/exec/command.ts";
export {
  createFakeCloudInit,
  type FakeCloudInit,
  type FakeCloudInitOptions,
  type FakeCloudInitStatus,
} from "./instances/exec/fake-cloud-init.ts";
export type { Process, Processes } from "./instances/exec/processes.ts";
export type { FileChange, FileStat, InstanceFiles } from "./instances/files/file-tree.ts";
export { FileTreeError, type FileTreeErrorCode } from "./instances/files/file-tree-error.ts";

// What it has from the start
export type { FakeSetup } from "./setup/fake-setup.ts";
export {
  type FakeObject,
  type FakeProjectObject,
  withAlias,
  withCertificate,
  withImage,
  withNetwork,
  withPool,
  withProfile,
  withProject,
} from "./setup/with-objects.ts";
export { withClusterGroup } from "./setup/with-cluster-group.ts";
export { withInstanceSnapshot, withVolume, withWarning } from "./setup/with-kept-objects.ts";
export {
  type FakeRule,
  type FakeZoneRecord,
  withNetworkAcl,
  withNetworkForward,
  withNetworkIntegration,
  withNetworkZone,
} from "./setup/with-network-objects.ts";
export { withInstance, type WithInstanceOptions } from "./setup/with-instance.ts";
export type { FakeSnapshot } from "./core/store.ts";

// Time and chance
export { type Clock, createManualClock, type ManualClock, systemClock } from "./core/clock.ts";
export { createRandom, type Random } from "./core/random.ts";

// Commands and the host
export type { CommandResult, CommandRunner, RunOptions } from "@lxdkit/protocol";
export {
  type CommandMatch,
  type CommandReply,
  createFakeRunner,
  type FakeRunner,
  type FakeRunnerOptions,
  type RanCommand,
} from "./commands/fake-runner.ts";
export { createFakeHost, type FakeHost, type FakeHostOptions, type FakeRoute } from "./host/fake-host.ts";
export type { FakeInterface } from "./host/interfaces.ts";
export type { SystemErrorCode } from "./host/system-error.ts";

// Fake snapd
export { type FakeSnapd, type FakeSnapdOptions, type SnapdRequestFault, startFakeSnapd } from "./snapd/fake-snapd.ts";
export type { ChangeFault } from "./snapd/changes.ts";
export { type InstalledSnap, lxdSnaps, type SnapApp, type SnapRevision, type StoreSnap } from "./snapd/snaps.ts";

// Fake image host
export {
  createGpgSigner,
  type GpgSigner,
  type PublishedImage,
  type SimplestreamsHost,
  type SimplestreamsHostOptions,
  startSimplestreamsHost,
  type StreamDefect,
  type StreamSigner,
} from "@lxdkit/simplestreams/testing";
