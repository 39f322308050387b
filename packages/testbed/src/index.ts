export { openTestbed } from "./open-testbed.ts";
export { hasOvn, ovnUplink, startOvn } from "./ovn.ts";
export { checkPreconditions, type MachineFacts, readMachineFacts } from "./preconditions.ts";
export type {
  OpenTestbedOptions,
  Testbed,
  TestbedImages,
  TestbedMember,
  TestbedMemberOptions,
  TestbedRunOptions,
  TestbedRunResult,
  TestbedSimplestreams,
} from "./testbed.ts";
export type { BuiltImage } from "./images/pack-image.ts";
