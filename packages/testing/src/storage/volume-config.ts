import { parseByteSize } from "@lxdkit/protocol";
import {
  anyText,
  boolean,
  byteSize,
  configProblem,
  type ConfigRules,
  integer,
  type ValueRule,
} from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { Config, VolumeRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { isExpiry } from "../instances/snapshots/snapshot-expiry.ts";
import { volumeInstances } from "./volume-users.ts";

const expiry: ValueRule = (value) => (isExpiry(value) ? undefined : "Invalid expiry expression");

const words = ["annually", "daily", "hourly", "midnight", "monthly", "never", "startup", "weekly", "yearly"];

const schedule: ValueRule = (value) => {
  const items = value.split(",").map((item) => item.trim());
  if (items.every((item) => item.startsWith("@") && words.includes(item.slice(1)))) return undefined;
  if (value.trim().split(/\s+/).length === 5) return undefined;
  return "Schedule must be of the form: <minute> <hour> <day-of-month> <month> <day-of-week>";
};

const common: ConfigRules = {
  size: byteSize,
  "snapshots.expiry": expiry,
  "snapshots.pattern": anyText,
  "snapshots.schedule": schedule,
};

const filesystem: ConfigRules = {
  ...common,
  "security.shifted": boolean,
  "security.unmapped": boolean,
  "volatile.idmap.last": anyText,
  "volatile.idmap.next": anyText,
};

/** Incus may be told who owns a new volume. */
const owned: ConfigRules = {
  ...filesystem,
  "initial.gid": integer,
  "initial.mode": integer,
  "initial.uid": integer,
};

/** The keys that a volume may have, and so, behind `volume.`, its pool. */
export function volumeRules({ flavour }: Pick<FakeState, "flavour">, contentType: string): ConfigRules {
  if (contentType === "filesystem") return flavour === "lxd" ? filesystem : owned;
  return flavour === "lxd" ? common : { ...common, "security.shared": boolean };
}

/** Refuses what a volume cannot have; `name` is how the servers call it. */
export function checkVolumeConfig(state: FakeState, contentType: string, config: Config, name: string): void {
  const problem = configProblem(config, volumeRules(state, contentType));
  if (problem !== undefined) {
    const key = `volume "${name}" option "${problem.key}"`;
    const isUnknown = problem.kind === "unknown";
    throw new Refusal(500, isUnknown ? `Invalid option for ${key}` : `Invalid value for ${key}: ${problem.reason}`);
  }
  if (isOn(config, "security.shifted") && isOn(config, "security.unmapped")) {
    throw new Refusal(500, "security.unmapped and security.shifted are mutually exclusive");
  }
}

function isOn(config: Config, key: string): boolean {
  return ["true", "1", "yes", "on"].includes((config[key] ?? "").toLowerCase());
}

/** Refuses a change that the volume cannot make as it is now. */
export function checkVolumeChange(state: FakeState, volume: VolumeRecord, config: Config): void {
  const isShifting = isOn(config, "security.shifted") !== isOn(volume.config, "security.shifted");
  if (isShifting && volumeInstances(state, volume).some(({ power }) => power !== undefined)) {
    throw new Refusal(500, "Cannot modify shifting with running instances using the volume");
  }
  const [before, after] = [volume.config["size"] ?? "", config["size"] ?? ""];
  if (volume.contentType === "filesystem" || before === "" || after === "") return;
  if (parseByteSize(after) < parseByteSize(before)) {
    throw new Refusal(500, "Block volumes cannot be shrunk: Cannot be shrunk");
  }
}
