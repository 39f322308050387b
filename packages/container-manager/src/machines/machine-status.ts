import { errorText } from "../manager-error.ts";

/** What a machine does, in Juju's words; empty when it is none of these. */
export type MachineStatusName = "allocating" | "running" | "provisioning error" | "";

/** The status of a machine. */
export interface MachineStatus {
  readonly status: MachineStatusName;
  /** For people. */
  readonly message: string;
}

/** Hears what becomes of a machine; what it throws is ignored. */
export type OnMachineStatus = (status: MachineStatus) => void;

/** Reports on the making of one machine. */
export interface StatusReport {
  /** The step that is begun; an error is told as one of this step. */
  step(message: "Creating container spec" | "Creating container"): void;
  allocating(message: string): void;
  running(): void;
  failed(error: unknown): void;
}

/** Makes a {@link StatusReport} to a listener, who shall not keep a machine from being made. */
export function createStatusReport(onStatus: OnMachineStatus | undefined): StatusReport {
  let step = "";
  const tell = (status: MachineStatusName, message: string): void => {
    try {
      onStatus?.({ status, message });
    } catch {
      // No machine depends on it.
    }
  };
  return {
    step(message) {
      step = message;
      tell("allocating", message);
    },
    allocating(message) {
      tell("allocating", message);
    },
    running() {
      tell("running", "Container started");
    },
    failed(error) {
      tell("provisioning error", `${step}: ${errorText(error)}`);
    },
  };
}
