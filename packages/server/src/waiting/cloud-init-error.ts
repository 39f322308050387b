import { ServerError } from "../server-error.ts";
import type { CloudInitOutcome } from "./cloud-init-status.ts";

/** A verdict that is not `done`. */
export type FailedCloudInit = Exclude<CloudInitOutcome, { readonly status: "done" }>;

/**
 * cloud-init has not done what it was there for. Codes: `CLOUD_INIT_FAILED`, `CLOUD_INIT_DISABLED`,
 * `CLOUD_INIT_NOT_INSTALLED`.
 */
export class CloudInitError extends ServerError {
  override readonly name: string = "CloudInitError";
  /** Its verdict; not shown when the error is, because what scripts write may hold secrets. */
  declare readonly outcome: FailedCloudInit;

  constructor(instance: string, outcome: FailedCloudInit) {
    const { message, ...rest } = explain(instance, outcome);
    super(message, { ...rest, step: `wait for cloud-init of ${instance}` });
    Object.defineProperty(this, "outcome", { value: outcome });
  }
}

function explain(
  instance: string,
  outcome: FailedCloudInit,
): { readonly message: string; readonly code: string; readonly hint: string } {
  switch (outcome.status) {
    case "error":
      return {
        message: `cloud-init failed in ${instance}: ${outcome.errors.join("; ") || outcome.detail || "it does not say why"}`,
        code: "CLOUD_INIT_FAILED",
        hint: "What its scripts wrote is in /var/log/cloud-init-output.log; the last lines of that are in the outcome.",
      };
    case "disabled":
      return {
        message: `cloud-init is disabled in ${instance}: ${outcome.detail || "it does not say why"}`,
        code: "CLOUD_INIT_DISABLED",
        hint: "Without a data source that it finds, or with /etc/cloud/cloud-init.disabled, it does nothing.",
      };
    case "not-installed":
      return {
        message: `there is no cloud-init in ${instance}`,
        code: "CLOUD_INIT_NOT_INSTALLED",
        hint: "Take an image that has it, most often called a cloud image.",
      };
  }
}
