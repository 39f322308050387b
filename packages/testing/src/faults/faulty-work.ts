import { type Clock, pause } from "../core/clock.ts";
import { OperationFailure } from "../core/refusal.ts";
import type { OperationRequest, OperationRun } from "../operations/operation-store.ts";
import type { OperationFault } from "./fault-controls.ts";
import type { Faults, Hold } from "./faults.ts";

/** The work of an operation with the faults around it that strike it. */
export function faultyWork(request: OperationRequest, faults: Faults, clock: Clock): OperationRequest["work"] {
  const { failure, hold } = faults.ofOperation(request.description);
  const work: OperationRequest["work"] =
    failure === undefined ? (run) => request.work(run) : (run) => failingWork(request, failure, run);
  if (hold === undefined) return work;
  return async (run) => {
    if (hold.stage === "before") await held(hold, clock);
    await work(run);
    if (hold.stage === "after") await held(hold, clock);
  };
}

async function failingWork(request: OperationRequest, fault: OperationFault, run: OperationRun): Promise<void> {
  const { stage = "before", err } = fault;
  if (stage === "after") await request.work(run);
  if (stage !== "mid") throw new OperationFailure(err);
  const failing: OperationRun = {
    ...run,
    update() {
      throw new OperationFailure(err);
    },
  };
  await request.work(failing);
  throw new OperationFailure(err);
}

async function held({ ms, released }: Hold, clock: Clock): Promise<void> {
  await (ms === undefined ? released : Promise.race([released, pause(clock, ms)]));
}
