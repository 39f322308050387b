import { AsyncLocalStorage } from "node:async_hooks";
import type { LoggedRequest } from "../core/request-log.ts";
import type {
  CutFault,
  DelayFault,
  DropFault,
  FaultControls,
  HoldFault,
  OperationFault,
  OperationMatch,
  RequestFault,
  RequestMatch,
} from "./fault-controls.ts";
import { createFaultPlan } from "./fault-plan.ts";

/** The faults that strike one request. */
export interface StruckRequest {
  readonly error: RequestFault | undefined;
  readonly delay: DelayFault | undefined;
  readonly drop: DropFault | undefined;
  readonly cut: CutFault | undefined;
}

/** The faults that strike one operation. */
export interface StruckOperation {
  readonly failure: OperationFault | undefined;
  readonly hold: Hold | undefined;
}

/** How long an operation is held. */
export interface Hold {
  readonly stage: "before" | "after";
  readonly ms: number | undefined;
  /** Settles when it is released. */
  readonly released: Promise<void>;
}

/** The controls of a test, and what they come to. */
export interface Faults {
  readonly controls: FaultControls;
  /** The faults for a request; to be asked once for each. */
  ofRequest(request: LoggedRequest): StruckRequest;
  /** Does the work of a request, so that the operations that it starts are known to be its own. */
  during<R>(request: LoggedRequest, work: () => R): R;
  /** The faults for an operation that is about to start; to be asked once for each. */
  ofOperation(description: string): StruckOperation;
  /** Whether something that needs space finds none; to be asked once for each. */
  lacksSpace(): boolean;
}

interface Operation {
  readonly description: string;
  readonly request: LoggedRequest | undefined;
}

/** Makes {@link Faults} with nothing planted. */
export function createFaults(): Faults {
  const errors = createFaultPlan<RequestFault, LoggedRequest>(fitsRequest);
  const delays = createFaultPlan<DelayFault, LoggedRequest>(fitsRequest);
  const drops = createFaultPlan<DropFault, LoggedRequest>(fitsRequest);
  const cuts = createFaultPlan<CutFault, LoggedRequest>(fitsRequest);
  const failures = createFaultPlan<OperationFault, Operation>(fitsOperation);
  const holds = createFaultPlan<HoldFault & Pick<Hold, "released">, Operation>(fitsOperation);
  const held = new Set<() => void>();
  const fillers = new Set<{ hits: number }>();
  // The work of several requests goes on at the same time.
  const current = new AsyncLocalStorage<LoggedRequest>();

  const controls: FaultControls = {
    failRequest: errors.plant,
    delay: delays.plant,
    dropConnection: (fault = {}) => drops.plant(fault),
    cutReply: (fault = {}) => cuts.plant(fault),
    failOperation: failures.plant,
    holdOperation(fault = {}) {
      let open = (): void => undefined;
      const released = new Promise<void>((resolve) => {
        open = resolve;
      });
      const planted = holds.plant({ ...fault, released });
      const release = (): void => {
        planted.remove();
        held.delete(release);
        open();
      };
      held.add(release);
      return {
        get hits() {
          return planted.hits;
        },
        release,
        remove: release,
        [Symbol.dispose]: release,
      };
    },
    fillDisk() {
      const filler = { hits: 0 };
      const remove = (): void => void fillers.delete(filler);
      fillers.add(filler);
      return {
        get hits() {
          return filler.hits;
        },
        remove,
        [Symbol.dispose]: remove,
      };
    },
    clearFaults() {
      for (const plan of [errors, delays, drops, cuts, failures, holds]) plan.clear();
      for (const release of held) release();
      fillers.clear();
    },
  };

  return {
    controls,
    ofRequest: (request) => ({
      error: errors.strike(request),
      delay: delays.strike(request),
      drop: drops.strike(request),
      cut: cuts.strike(request),
    }),
    during: (request, work) => (failures.isEmpty() && holds.isEmpty() ? work() : current.run(request, work)),
    ofOperation(description) {
      const operation = { description, request: current.getStore() };
      const hold = holds.strike(operation);
      return {
        failure: failures.strike(operation),
        hold: hold && { stage: hold.stage ?? "before", ms: hold.ms, released: hold.released },
      };
    },
    lacksSpace() {
      for (const filler of fillers) filler.hits += 1;
      return fillers.size > 0;
    },
  };
}

function fitsRequest(match: RequestMatch, request: LoggedRequest): boolean {
  return (
    (match.method === undefined || match.method === request.method) &&
    fitsText(match.path, request.path) &&
    match.where?.(request) !== false
  );
}

function fitsOperation(match: OperationMatch, { description, request }: Operation): boolean {
  if (!fitsText(match.description, description)) return false;
  if (request !== undefined) return fitsRequest(match, request);
  return match.method === undefined && match.path === undefined && match.where === undefined;
}

function fitsText(pattern: string | RegExp | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  // Unlike `test`, this has no memory when the pattern is a global one.
  return typeof pattern === "string" ? pattern === text : text.search(pattern) !== -1;
}
