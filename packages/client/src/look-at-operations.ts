import type { Operation } from "@lxdkit/protocol";
import { abortable } from "@lxdkit/transport";
import type { CallOptions } from "./call-options.ts";

/** Operations change slowly where nothing is heard of them, so a look may be somewhat old. */
const freshMs = 5_000;

/** Gives an operation as a look at all operations of a project shows it; undefined when it is not among them. */
export type LookAtOperations = (
  operationId: string,
  options: Pick<CallOptions, "project" | "signal">,
) => Promise<Operation | undefined>;

/** Makes looks at all operations that are shared: however many wait, the server is asked once in five seconds. */
export function lookAtOperations(list: (options: CallOptions) => Promise<readonly Operation[]>): LookAtOperations {
  const looks = new Map<string | undefined, Promise<ReadonlyMap<string, Operation>>>();
  const ask = async (project: string | undefined): Promise<ReadonlyMap<string, Operation>> =>
    new Map((await list({ project })).map((operation) => [operation.id, operation]));
  return async (operationId, { project, signal }) => {
    let look = looks.get(project);
    if (look === undefined) {
      look = ask(project);
      looks.set(project, look);
      const forget = (): void => {
        looks.delete(project);
      };
      look.then(() => setTimeout(forget, freshMs).unref(), forget);
    }
    return (await abortable(look, signal)).get(operationId);
  };
}
