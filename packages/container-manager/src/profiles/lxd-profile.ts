import type { Devices } from "@lxdkit/protocol";
import { MultipleErrors } from "@lxdkit/protocol";
import { ManagerError } from "../manager-error.ts";

/** What a profile gives to its containers. */
export interface LxdProfile {
  readonly config?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly devices?: Devices;
}

/** A profile that is to be written, or deleted when it has no content. */
export interface LxdProfilePost {
  readonly name: string;
  readonly profile?: LxdProfile | undefined;
}

const allowedDevices: readonly string[] = ["unix-char", "unix-block", "gpu", "usb"];
const forbiddenKeys: readonly string[] = ["boot", "limits", "migration"];

/** Says whether a profile gives nothing: neither config nor devices. */
export function isEmptyLxdProfile({ config = {}, devices = {} }: LxdProfile): boolean {
  return Object.keys(config).length === 0 && Object.keys(devices).length === 0;
}

/**
 * Passes a profile that an application may ask for: devices of the types `unix-char`, `unix-block`, `gpu` and `usb` or
 * of none, and no config that begins with `boot`, `limits` or `migration`.
 *
 * @throws {ManagerError} `PROFILE_NOT_ALLOWED`.
 * @throws {MultipleErrors} `PROFILE_NOT_ALLOWED` with every problem, when there are several.
 */
export function validateLxdProfile({ config = {}, devices = {} }: LxdProfile): void {
  const problems = [
    ...Object.entries(devices).flatMap(([name, { type = "" }]) =>
      type === "" || allowedDevices.includes(type) ? [] : [`the device ${name} is of the type ${JSON.stringify(type)}`],
    ),
    ...Object.keys(config).flatMap((key) =>
      forbiddenKeys.some((forbidden) => key.startsWith(forbidden)) ? [`the config key ${key} is not allowed`] : [],
    ),
  ].map((problem) => new ManagerError(problem, { code: "PROFILE_NOT_ALLOWED" }));
  const [first, ...more] = problems;
  if (first !== undefined && more.length === 0) throw first;
  if (first !== undefined) {
    const message = problems.map((problem) => problem.message).join("; ");
    throw new MultipleErrors(message, problems, { code: "PROFILE_NOT_ALLOWED" });
  }
}
