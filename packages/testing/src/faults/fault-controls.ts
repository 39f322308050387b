import type { LoggedRequest } from "../core/request-log.ts";
import type { FaultSchedule, PlantedFault } from "./fault-plan.ts";

/** Which requests a fault is for; what is left out fits all. */
export interface RequestMatch {
  /** For example `POST`. */
  readonly method?: string;
  /** The path without query, or a pattern for it. */
  readonly path?: string | RegExp;
  /** Decides by the whole request, for example by its query or its body. */
  where?(request: LoggedRequest): boolean;
}

/** A request that shall be answered with an error. */
export interface RequestFault extends RequestMatch, FaultSchedule {
  /** HTTP status of the answer. */
  readonly status: number;
  /** Text of the answer. */
  readonly error: string;
  /** `before` (default): nothing is done. `after`: the work is done, and yet the answer is the error. */
  readonly when?: "before" | "after";
}

/** A request that shall be answered late. */
export interface DelayFault extends RequestMatch, FaultSchedule {
  /** Milliseconds on the fake's clock. */
  readonly ms: number;
  /** `after` (default): the work is done at once and the answer comes late. `before`: the work is late too. */
  readonly when?: "before" | "after";
}

/** A request whose connection shall be cut without an answer. */
export interface DropFault extends RequestMatch, FaultSchedule {
  /** `after` (default): the work is done. `before`: nothing is done. */
  readonly when?: "before" | "after";
}

/** A request whose answer shall stop half-way: the status, the headers and the beginning of the body. */
export interface CutFault extends RequestMatch, FaultSchedule {
  /** Bytes of the body to send; half of the first piece by default. */
  readonly bytes?: number;
}

/** Which operations a fault is for: by what they are, or by the request that starts them. */
export interface OperationMatch extends RequestMatch {
  /** For example `Starting instance`, or a pattern. */
  readonly description?: string | RegExp;
}

/** An operation that shall fail. */
export interface OperationFault extends OperationMatch, FaultSchedule {
  /**
   * `before` (default): nothing is done. `after`: the work is done, and yet the operation fails. `mid`: the work fails
   * at its first progress report, as when a disk is full, and cleans up; at its end when it reports none.
   */
  readonly stage?: "before" | "mid" | "after";
  /** Text of the failure. */
  readonly err: string;
}

/** An operation that shall be slow, or stuck. */
export interface HoldFault extends OperationMatch, FaultSchedule {
  /** `before` (default) or `after` its work. */
  readonly stage?: "before" | "after";
  /** Milliseconds on the fake's clock; until it is released by default. */
  readonly ms?: number;
}

/** Operations that are held. */
export interface HeldOperations extends PlantedFault {
  /** Lets those that are held go on, and holds no more. */
  release(): void;
}

/** What can go wrong on purpose. All of it is counted from the moment at which it is planted. */
export interface FaultControls {
  /** Answers requests with an error. */
  failRequest(fault: RequestFault): PlantedFault;
  /** Answers requests late. */
  delay(fault: DelayFault): PlantedFault;
  /** Cuts the connections of requests without an answer. */
  dropConnection(fault?: DropFault): PlantedFault;
  /** Cuts the connections of requests in the middle of the answer's body. */
  cutReply(fault?: CutFault): PlantedFault;
  /** Makes operations fail. */
  failOperation(fault: OperationFault): PlantedFault;
  /** Makes operations slow, or stuck until they are released. */
  holdOperation(fault?: HoldFault): HeldOperations;
  /** Lets everything that needs space fail, as on a server whose disk is full, until it is removed. */
  fillDisk(): PlantedFault;
  /** Removes all of these, and releases what is held. */
  clearFaults(): void;
}
