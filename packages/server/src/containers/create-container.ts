import { randomUUID } from "node:crypto";
import type { Client } from "@lxdkit/client";
import type { Instance } from "@lxdkit/protocol";
import { findRootDisk } from "../constraints/apply-constraints.ts";
import type { OnProgress } from "../progress.ts";
import type { ServerHost } from "../server-host.ts";
import { ServerError, stepFailed } from "../server-error.ts";
import { requireUsablePool } from "../storage/require-usable-pool.ts";
import { unlessMissing } from "../unless-missing.ts";
import { reachGoals, type WaitGoal } from "../waiting/wait-goal.ts";
import { adoptContainer, nameTaken } from "./adopt-container.ts";
import { checkSpec } from "./check-spec.ts";
import type { ContainerSpec } from "./container-spec.ts";
import { createInstance } from "./create-instance.ts";
import { type CreationAttempt, readAttempt } from "./creation-attempt.ts";
import { readCreated, type RunningContainer, UnreadContainerError } from "./running-container.ts";
import { start } from "./start-container.ts";
import { undoCreation } from "./undo-creation.ts";

/** Options of {@link createContainer}. */
export interface CreateContainerOptions {
  /** What it is waited for besides running, in this order, for example `address` or `cloud-init`; nothing by default. */
  readonly waitFor?: WaitGoal | readonly WaitGoal[];
  /**
   * What is done when there is an instance of that name: `refuse` by default; `adopt` takes it for the new one when it
   * has all that the spec asks for, as one has that an earlier attempt made. Others are never touched.
   */
  readonly existing?: "refuse" | "adopt" | undefined;
  /** Ends the work; what was made so far is removed before the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Makes a container, starts it and gives it back running. When a step fails, or the signal aborts, what was made is
 * removed again; a container that was there before stays untouched.
 *
 * @throws {LxdkitError} `BAD_INSTANCE_NAME`, `BAD_CONTAINER_SPEC`, `NOT_CLUSTERED`, before any request.
 * @throws {ServerError} `NAME_TAKEN`, `CONTAINER_NOT_CREATED`, `CONTAINER_NOT_STARTED`, the codes of what it is waited
 * for and, before it is made, those of {@link requireUsablePool} for its root disk.
 * @throws {UnreadContainerError} `CONTAINER_UNREAD`: it was made and runs.
 * @throws {MultipleErrors} `CLEANUP_FAILED` with the failure and what kept the container from being removed.
 */
export async function createContainer(
  host: ServerHost,
  spec: ContainerSpec,
  options: CreateContainerOptions = {},
): Promise<RunningContainer> {
  const { client } = host;
  const { signal } = options;
  checkSpec(spec, host, [options.waitFor ?? []].flat().length > 0);
  signal?.throwIfAborted();
  const pool = findRootDisk(spec.devices ?? {})?.device["pool"];
  if (pool !== undefined) await requireUsablePool(host, pool, { target: spec.target ?? client.place.target, signal });
  // Asked before, so that no image is downloaded in vain; what happens in between, the creation itself tells.
  const present = spec.name === undefined ? undefined : await getIfThere(client, spec.name, signal);
  if (present !== undefined) {
    if (options.existing !== "adopt") throw nameTaken(present.name);
    const adopted = await adopt(host, spec, present, options);
    if (adopted !== undefined) return adopted;
  }
  const attempt: CreationAttempt = { name: spec.name ?? "", requestId: randomUUID(), operation: undefined };
  try {
    return await make(host, spec, attempt, options);
  } catch (failure) {
    if (failure instanceof UnreadContainerError) throw failure;
    const cause: unknown = signal?.aborted === true ? signal.reason : failure;
    const reported = await undoCreation(client, attempt, cause, options.onProgress);
    const taken = isNameTaken(reported) ? await getIfThere(client, attempt.name, signal) : undefined;
    const adopted = taken && options.existing === "adopt" ? await adopt(host, spec, taken, options) : undefined;
    if (adopted !== undefined) return adopted;
    throw reported;
  }
}

async function make(
  host: ServerHost,
  spec: ContainerSpec,
  attempt: CreationAttempt,
  options: CreateContainerOptions,
): Promise<RunningContainer> {
  const { client } = host;
  const { signal, onProgress } = options;
  onProgress?.({ step: "creating", container: attempt.name });
  signal?.throwIfAborted();
  const target = spec.target ?? client.place.target;
  try {
    await createInstance(host, spec, attempt, options);
  } catch (cause) {
    signal?.throwIfAborted();
    // The creation's own error says more than one of this reading.
    const found = await readAttempt(client, attempt).catch(() => undefined);
    if (found?.isOurs === false) throw nameTaken(attempt.name, { cause });
    const place = target === undefined ? "" : ` on ${target}`;
    throw stepFailed("CONTAINER_NOT_CREATED", `create ${attempt.name || "a container"}${place}`, cause);
  } finally {
    if (target !== undefined) host.placements.end(target);
  }
  const { name } = attempt;
  onProgress?.({ step: "created", container: name });
  if (spec.start !== false) {
    await startNew(client, attempt, options);
  }
  return finish(host, spec, { name, origin: "created" }, options);
}

async function startNew(client: Client, attempt: CreationAttempt, options: CreateContainerOptions): Promise<void> {
  const { signal, onProgress } = options;
  const { name } = attempt;
  signal?.throwIfAborted();
  onProgress?.({ step: "starting", container: name });
  try {
    await start(client, name, {
      signal,
      onOperation: (operation) => {
        attempt.operation = operation;
      },
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw stepFailed("CONTAINER_NOT_STARTED", `start ${name}`, cause);
  }
  onProgress?.({ step: "running", container: name });
}

/** Waits for what is wanted of a container that runs, and reads it. */
async function finish(
  host: ServerHost,
  spec: ContainerSpec,
  made: Pick<RunningContainer, "name" | "origin">,
  options: CreateContainerOptions,
): Promise<RunningContainer> {
  const { name } = made;
  const isStarted = spec.start !== false;
  const addresses = isStarted ? await reachGoals(host, name, options.waitFor ?? [], options) : [];
  return { ...made, addresses, ...(await readCreated(host.client, name, isStarted, options.signal)) };
}

async function adopt(
  host: ServerHost,
  spec: ContainerSpec,
  present: Instance,
  options: CreateContainerOptions,
): Promise<RunningContainer | undefined> {
  const origin = await adoptContainer(host, spec, present, options);
  return origin && finish(host, spec, { name: present.name, origin }, options);
}

function isNameTaken(error: unknown): boolean {
  return error instanceof ServerError && error.code === "NAME_TAKEN";
}

async function getIfThere(
  client: Client,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Instance | undefined> {
  return (await unlessMissing(client.instances.get(name, { signal })))?.value;
}
