// Hosts
export { initialiseHost } from "./initialise-host.ts";
export { applyHost, type ApplyHostOptions } from "./apply-host.ts";
export { detectHost, type DetectHostOptions } from "./host/detect-host.ts";
export type { HostAccess } from "./host/host-access.ts";
export type { HostFacts, ServerProblem } from "./host/host-facts.ts";
export type { KernelFacts } from "./host/kernel.ts";
export { localHost, type LocalHostOptions } from "./host/local-host.ts";
export type { OsRelease } from "./host/os-release.ts";
export type { PackageFacts } from "./host/packages.ts";
export {
  type ContainerCheckAccess,
  type ContainerCheckOptions,
  containerKind,
  containersSupported,
  hasSupport,
  runningInContainer,
} from "./host/host-checks.ts";
export type { HostWishes, NetworkWish, StorageWish } from "./plan/host-wishes.ts";
export { diagnoseHost, type Finding } from "./plan/diagnose-host.ts";
export { planHost, type PlanHostOptions } from "./plan/plan-host.ts";
export { bridgeFileValues } from "./plan/bridge-file-steps.ts";
export {
  type ContainerInitialiser,
  type ContainerInitialiserOptions,
  newContainerInitialiser,
} from "./container-initialiser.ts";

// Proxies
export { configureLXDProxies } from "./configure-proxies.ts";
export { proxiesOfEnvironment, type ProxySettings } from "./host/proxy-settings.ts";

// Snaps
export { type Channel, type ChannelChange, compareChannels, parseChannel } from "./snap/channel.ts";
export { createSnapManager, type SnapManager } from "./snap/snap-manager.ts";
export {
  createSnapd,
  type Snap,
  type Snapd,
  type SnapdCallOptions,
  type SnapdChange,
  type SnapdOptions,
} from "./snap/snapd.ts";
export { SnapdError } from "./snap/snapd-error.ts";

// Errors
export { InitialiserError } from "./initialiser-error.ts";

// Preseeds
export { applyPreseed, planPreseedFor, type PreseedInput } from "./preseed/apply-preseed.ts";
export { dumpPreseed } from "./preseed/dump-preseed.ts";
export { formatPreseed } from "./preseed/format-preseed.ts";
export { type ParsedPreseed, parsePreseed } from "./preseed/parse-preseed.ts";
export { planPreseed } from "./preseed/plan-preseed.ts";
export type {
  Preseed,
  PreseedCluster,
  PreseedMemberConfig,
  PreseedNetwork,
  PreseedProfile,
  PreseedProject,
  PreseedStoragePool,
  PreseedStorageVolume,
} from "./preseed/preseed.ts";
export { PreseedError, type PreseedProblem } from "./preseed/preseed-error.ts";
export {
  type InProject,
  readServerState,
  type ReadServerStateOptions,
  type ServerState,
} from "./preseed/server-state.ts";

// Steps
export {
  type AppliedSteps,
  applySteps,
  type ApplyStepsOptions,
  type OnStepProgress,
  type Perform,
  type StepProgress,
} from "./steps/apply-steps.ts";
export type { Performed } from "./steps/perform-request.ts";
export { formatAction, formatStep, stepForPrint } from "./steps/format-step.ts";
export type {
  Action,
  CommandAction,
  CreateAction,
  FileAction,
  ListenAction,
  ObjectChange,
  SnapAction,
  Step,
  TrustAction,
  UpdateAction,
  WaitAction,
} from "./steps/step.ts";
export { type FailedUndo, type StepsOutcome, StepsFailedError } from "./steps/steps-failed-error.ts";
