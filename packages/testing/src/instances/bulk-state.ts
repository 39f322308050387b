import type { FakeState } from "../core/fake-state.ts";
import { objectField, parseBody } from "../core/json-body.ts";
import { randomUuid } from "../core/random.ts";
import type { InstanceRecord } from "../core/records.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import type { OperationRun } from "../operations/operation-store.ts";
import { hasProject, projectOf } from "../projects/project-scope.ts";
import { actionTitles, type StateAction, stateOperation } from "./instance-actions.ts";
import { readAction } from "./instance-state-route.ts";
import { operationUrl } from "./instance-url.ts";

/** `PUT /1.0/instances`: changes the state of all instances of a project that the action is for. */
export function putInstances(request: ApiRequest): ApiReply {
  const { state, caller } = request;
  const project = projectOf(request);
  const body = parseBody(request);
  // Both families look into what is not there.
  if (body["state"] === null) throw new Error("invalid memory address or nil pointer dereference");
  const { action, options } = readAction(objectField(body, "state"));
  const description = actionTitles[action];
  if (!hasProject(state, project)) {
    const about = `failed to add "${description}" Operation ${randomUuid(state.random)} to database`;
    throw new Refusal(500, `${about}: Fetch project ID: Project not found`);
  }
  const chosen = state.store.instances.in(project).filter((instance) => isFor(state, action, instance));
  const works = chosen.map((instance) => ({
    instance,
    request: stateOperation(state, instance, action, options, caller),
  }));
  const operation = state.operations.start({
    description,
    project,
    resources: resourcesOf(state, chosen),
    work: async (run) => {
      await Promise.resolve();
      const failures = await Promise.all(works.map(({ instance, request: one }) => tryWork(instance, one, run)));
      const lines = failures.filter((line) => line !== undefined);
      if (lines.length === 0) return;
      throw new OperationFailure(`The following instances failed to update state:\n${lines.join("")}`);
    },
  });
  return { kind: "operation", operation };
}

/** LXD 5.0.2 chooses the wrong ones to unfreeze: those that are off. */
function isFor({ flavour }: FakeState, action: StateAction, { power, frozen }: InstanceRecord): boolean {
  if (action === "start") return power === undefined;
  if (action === "unfreeze") return flavour === "lxd" ? power === undefined : frozen;
  return power !== undefined;
}

/** Where it is for nobody, LXD has a list that is null and Incus no list. */
function resourcesOf(state: FakeState, chosen: readonly InstanceRecord[]): Record<string, readonly string[]> {
  const instances = chosen.map((instance) => operationUrl(state, instance));
  if (instances.length > 0) return { instances };
  return state.flavour === "lxd" ? { instances: null as never } : {};
}

async function tryWork(
  { name }: InstanceRecord,
  request: ReturnType<typeof stateOperation>,
  run: OperationRun,
): Promise<string | undefined> {
  try {
    await request.work(run);
    request.afterEnd?.();
    return undefined;
  } catch (error) {
    return ` - Instance: ${name}: ${error instanceof Error ? error.message : String(error)}\n`;
  }
}
