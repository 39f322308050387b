import type { ContainerInitialiser } from "../container-initialiser.ts";
import { planHost } from "../plan/plan-host.ts";
import type { HostFacts } from "../host/host-facts.ts";
import type { HostWishes } from "../plan/host-wishes.ts";
import { applySteps } from "../steps/apply-steps.ts";
import type { Step } from "../steps/step.ts";
import { hostFacts } from "./host-facts.ts";

/** Options of {@link createFakeInitialiser}. */
export interface FakeInitialiserOptions {
  /** The host that it pretends to make ready; a bare Debian 12 by default. */
  readonly facts?: HostFacts | undefined;
  readonly wishes?: HostWishes | undefined;
  /** Error with which the step of this id fails the first time, for example `{ "install lxd": new Error("no space") }`. */
  readonly failing?: Readonly<Record<string, unknown>> | undefined;
}

/** An initialiser that plans as the real one does, and then only pretends. */
export interface FakeInitialiser extends ContainerInitialiser {
  /** How often it was asked to initialise. */
  readonly calls: number;
  /** Steps that count as done, in their order; those that were taken back are not among them. */
  readonly done: readonly Step[];
}

/** Makes a {@link FakeInitialiser}. What was done once is not done again; a failure is told as the real one tells it. */
export function createFakeInitialiser(options: FakeInitialiserOptions = {}): FakeInitialiser {
  const { facts = hostFacts(), wishes = {}, failing = {} } = options;
  const errors = new Map(Object.entries(failing));
  let done: readonly Step[] = [];
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    get done() {
      return done;
    },
    async initialise(how = {}) {
      calls += 1;
      how.signal?.throwIfAborted();
      const steps = planHost(facts, wishes, { random: () => 0 }).filter(({ id }) => !done.some((one) => one.id === id));
      return applySteps(
        steps,
        async (step) => {
          if (errors.has(step.id)) {
            const error = errors.get(step.id);
            errors.delete(step.id);
            throw error;
          }
          done = [...done, step];
          const undo = async (): Promise<void> => void (done = done.filter((one) => one !== step));
          return { isChanged: true, undo };
        },
        how,
      );
    },
  };
}
