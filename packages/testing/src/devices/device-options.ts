import type { ConfigRules } from "../core/config-rules.ts";
import type { Device } from "./device.ts";

/** The options that a kind of device has. */
export interface OptionRules {
  /** Those whose rule also judges that they are missing. */
  readonly needed?: ConfigRules;
  readonly optional?: ConfigRules;
}

/** The first thing that is wrong with the options of a device that has those of `rules` alone. */
export function optionsProblem(device: Device, { needed = {}, optional = {} }: OptionRules): string | undefined {
  for (const [option, rule] of Object.entries({ ...needed, ...optional })) {
    const value = device[option] ?? "";
    const reason = value === "" && !Object.hasOwn(needed, option) ? undefined : rule(value);
    if (reason !== undefined) return `Invalid value for device option "${option}": ${reason}`;
  }
  const isKnown = (option: string): boolean =>
    Object.hasOwn(needed, option) || Object.hasOwn(optional, option) || isCommon(device, option);
  const unknown = Object.keys(device).find((option) => !isKnown(option));
  return unknown === undefined ? undefined : `Invalid device option "${unknown}"`;
}

function isCommon({ type = "" }: Device, option: string): boolean {
  if (option === "type" || option.startsWith("user.")) return true;
  if (option === "nictype") return type === "nic" || type === "infiniband";
  if (option.startsWith("initial.")) return type === "disk";
  return option === "gputype" && type === "gpu";
}
