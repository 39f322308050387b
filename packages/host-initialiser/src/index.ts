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
