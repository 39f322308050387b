import { randomUUID } from "node:crypto";
import type { Client, OperationHandle } from "@lxdkit/client";
import { type InstanceSource, type InstancesPost, kernelArchitecture, type Operation } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import { checkSpec } from "./check-spec.ts";
import type { ContainerAddress } from "./container-addresses.ts";
import type { ContainerSpec } from "./container-spec.ts";
import { attemptMark, type CreationAttempt, readAttempt } from "./creation-attempt.ts";
import { operationInstances } from "./operation-instances.ts";
import type { OnProgress } from "../progress.ts";
import { subscribe } from "../subscribe.ts";
import type { ServerHost } from "../server-host.ts";
import { ServerError, stepFailed } from "../server-error.ts";
import { openInstanceSource } from "../images/pull-source.ts";
import { undoCreation } from "./undo-creation.ts";
import { reachGoals, type WaitGoal } from "../waiting/wait-goal.ts";

/** Options of {@link createContainer}. */
export interface CreateContainerOptions {
  /** What it is waited for besides running, in this order, for example `address` or `cloud-init`; nothing by default. */
  readonly waitFor?: WaitGoal | readonly WaitGoal[];
  /** Ends the work; what was made so far is removed before the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** A container that runs. */
export interface RunningContainer {
  readonly name: string;
  /** Empty unless they were waited for. */
  readonly addresses: readonly ContainerAddress[];
}

/**
 * Makes a container, starts it and gives it back running. When a step fails, or the signal aborts, what was made is
 * removed again; a container that was there before stays untouched.
 *
 * @throws {LxdkitError} `BAD_INSTANCE_NAME`, `BAD_CONTAINER_SPEC`, `NOT_CLUSTERED`, before any request.
 * @throws {ServerError} `NAME_TAKEN`, `CONTAINER_NOT_CREATED`, `CONTAINER_NOT_STARTED`, and the codes of
 * what it is waited for.
 * @throws {MultipleErrors} `CLEANUP_FAILED` with the failure and what kept the container from being removed.
 */
export async function createContainer(
  host: ServerHost,
  spec: ContainerSpec,
  options: CreateContainerOptions = {},
): Promise<RunningContainer> {
  const { client } = host;
  const { signal, onProgress } = options;
  checkSpec(spec, host);
  signal?.throwIfAborted();
  if (spec.name !== undefined) await requireFreeName(client, spec.name, signal);
  const attempt: CreationAttempt = { name: spec.name ?? "", requestId: randomUUID(), operation: undefined };
  try {
    await create(host, spec, attempt, options);
    onProgress?.({ step: "created", container: attempt.name });
    await start(client, attempt, options);
    onProgress?.({ step: "running", container: attempt.name });
    return { name: attempt.name, addresses: await reachGoals(host, attempt.name, options.waitFor ?? [], options) };
  } catch (failure) {
    throw await undoCreation(client, attempt, signal?.aborted === true ? signal.reason : failure, onProgress);
  }
}

/** Asked before, so that no image is downloaded in vain; what happens in between, the creation itself tells. */
async function requireFreeName(client: Client, name: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await client.instances.get(name, { signal });
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  throw nameTaken(name);
}

function nameTaken(name: string, cause?: unknown): ServerError {
  return new ServerError(`there is already an instance named ${name}`, {
    code: "NAME_TAKEN",
    cause,
    step: `create ${name}`,
    hint: "Choose another name, or delete that instance first. It was not touched.",
  });
}

async function create(
  host: ServerHost,
  spec: ContainerSpec,
  attempt: CreationAttempt,
  { signal, onProgress }: CreateContainerOptions,
): Promise<void> {
  onProgress?.({ step: "creating", container: attempt.name });
  signal?.throwIfAborted();
  const { client } = host;
  try {
    await using from = await openInstanceSource(host, spec.image, signal);
    await subscribe(client, signal);
    // Not given the signal: a request that was sent may take effect, so its answer is always waited for.
    const handle = await client.instances.create(newInstance(spec, attempt, from.source), { target: spec.target });
    attempt.name ||= (handle.operation && operationInstances(handle.operation)[0]) ?? "";
    let detail: unknown;
    await finish(attempt, handle, signal, ({ metadata }) => {
      if (typeof metadata.download_progress !== "string" || metadata.download_progress === detail) return;
      detail = metadata.download_progress;
      onProgress?.({ step: "downloading", container: attempt.name, detail: metadata.download_progress });
    });
  } catch (cause) {
    signal?.throwIfAborted();
    // The creation's own error says more than one of this reading.
    const found = await readAttempt(client, attempt).catch(() => undefined);
    if (found?.isOurs === false) throw nameTaken(attempt.name, cause);
    const target = spec.target ?? client.place.target;
    const place = target === undefined ? "" : ` on ${target}`;
    throw stepFailed("CONTAINER_NOT_CREATED", `create ${attempt.name}${place}`, cause);
  }
}

/** The body of the request. */
function newInstance(spec: ContainerSpec, attempt: CreationAttempt, source: InstanceSource): InstancesPost {
  const { type = "container", config, devices, profiles, ephemeral, description } = spec;
  const { architecture, instanceType } = spec;
  return {
    name: attempt.name,
    type,
    source,
    config: { ...config, ...attemptMark(attempt) },
    ...(architecture === undefined ? {} : { architecture: kernelArchitecture(architecture) }),
    ...(instanceType === undefined ? {} : { instance_type: instanceType }),
    ...(devices === undefined ? {} : { devices }),
    ...(profiles === undefined ? {} : { profiles }),
    ...(ephemeral === undefined ? {} : { ephemeral }),
    ...(description === undefined ? {} : { description }),
  };
}

async function start(
  client: Client,
  attempt: CreationAttempt,
  { signal, onProgress }: CreateContainerOptions,
): Promise<void> {
  signal?.throwIfAborted();
  onProgress?.({ step: "starting", container: attempt.name });
  try {
    await subscribe(client, signal);
    const request = { action: "start", timeout: -1, force: false, stateful: false } as const;
    await finish(attempt, await client.instances.setState(attempt.name, request), signal);
  } catch (cause) {
    signal?.throwIfAborted();
    throw stepFailed("CONTAINER_NOT_STARTED", `start ${attempt.name}`, cause);
  }
}

async function finish(
  attempt: CreationAttempt,
  handle: OperationHandle,
  signal: AbortSignal | undefined,
  onUpdate?: (operation: Operation) => void,
): Promise<void> {
  attempt.operation = handle.operation;
  await handle.wait({ signal, onUpdate });
}
