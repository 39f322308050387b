import { type OnNotice, tellNotice } from "../notice.ts";

/** Key of a {@link ManagerConfig} that names the model whose machines are managed; it must be there. */
export const configModelUuid = "model-uuid";

/** Key of a {@link ManagerConfig} for the host's folder of logs. */
export const configLogDir = "log-dir";

/** Key of a {@link ManagerConfig} for the zone that machines are reported to be in. */
export const configAvailabilityZone = "availability-zone";

/** The texts that a manager is configured by; whoever uses one takes it out. */
export interface ManagerConfig {
  /** Takes a value out; empty when there is none (any more). */
  popValue(key: string): string;
  /** Gives a warning for each value that nobody took out, sorted by key. */
  warnAboutUnused(): void;
}

/** Options of {@link createManagerConfig}. */
export interface ManagerConfigOptions {
  /** Hears of values that nobody took out. */
  readonly onNotice?: OnNotice | undefined;
}

/** Makes a {@link ManagerConfig} of these texts, which stay as they are. */
export function createManagerConfig(
  entries: Readonly<Record<string, string>>,
  { onNotice }: ManagerConfigOptions = {},
): ManagerConfig {
  const values = new Map(Object.entries(entries));
  return {
    popValue(key) {
      const value = values.get(key) ?? "";
      values.delete(key);
      return value;
    },
    warnAboutUnused() {
      for (const key of [...values.keys()].sort()) {
        tellNotice(onNotice, "warning", `unused key of the manager's configuration: ${key}`);
      }
    },
  };
}
