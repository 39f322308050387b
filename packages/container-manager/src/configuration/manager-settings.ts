import { ManagerError } from "../manager-error.ts";
import { type OnNotice, tellNotice } from "../notice.ts";
import { configAvailabilityZone, configLogDir, configModelUuid, type ManagerConfig } from "./manager-config.ts";

/** What a {@link ManagerConfig} says. */
export interface ManagerSettings {
  /** UUID of the model whose machines are managed. */
  readonly modelUuid: string;
  /** The host's folder of logs; empty when none is named. */
  readonly logDir: string;
  /** The zone that machines are reported to be in; empty when none is named. */
  readonly availabilityZone: string;
  /** Address of an image server that is asked first; empty for none. */
  readonly imageMetadataUrl: string;
  /** Which images of the official servers: those that were released, then daily ones; or daily ones alone. */
  readonly imageStream: "released" | "daily";
  /** Whether the official image servers are left out. */
  readonly imageDefaultsDisabled: boolean;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Takes out of a configuration what a manager needs of it, and gives a notice for each value that is left.
 *
 * @throws {ManagerError} `MODEL_UUID_MISSING`, `MODEL_UUID_INVALID`.
 */
export function readManagerSettings(
  config: ManagerConfig,
  { onNotice }: { readonly onNotice?: OnNotice | undefined } = {},
): ManagerSettings {
  const modelUuid = requireModelUuid(config.popValue(configModelUuid));
  const availabilityZone = config.popValue(configAvailabilityZone);
  if (availabilityZone === "") tellNotice(onNotice, "information", "no availability zone is configured");
  const settings: ManagerSettings = {
    modelUuid,
    availabilityZone,
    logDir: config.popValue(configLogDir),
    imageMetadataUrl: config.popValue("container-image-metadata-url"),
    imageStream: config.popValue("container-image-stream") === "daily" ? "daily" : "released",
    imageDefaultsDisabled: config.popValue("container-image-metadata-defaults-disabled") === "true",
  };
  // For whoever installs the server.
  config.popValue("lxd-snap-channel");
  config.warnAboutUnused();
  return settings;
}

/**
 * Passes the UUID of a model.
 *
 * @throws {ManagerError} `MODEL_UUID_MISSING`, `MODEL_UUID_INVALID`.
 */
export function requireModelUuid(text: string): string {
  const hint = "Give 8-4-4-4-12 lower-case hexadecimal digits.";
  if (text === "") throw new ManagerError("model UUID is required", { code: "MODEL_UUID_MISSING", hint });
  if (uuid.test(text)) return text;
  const code = "MODEL_UUID_INVALID";
  throw new ManagerError(`model ID ${JSON.stringify(text)} is not a valid model`, { code, hint });
}
