import type { Devices, InstanceType } from "@lxdkit/protocol";
import { sortedMap } from "../core/etag.ts";
import { pause } from "../core/clock.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { Config, ImageRecord } from "../core/records.ts";
import type { Caller } from "../core/router.ts";
import { type ImagePull, pullImage, type PullRequest } from "../images/image-pull.ts";
import { findImage } from "../images/image-store.ts";
import { start } from "./instance-actions.ts";
import { instanceResources } from "./instance-url.ts";
import { newInstance } from "./new-instance.ts";
import { checkConfiguration, checkRootDisk, rootPool } from "./instance-rules.ts";
import { tellInstance } from "../events/lifecycle-event.ts";
import type { OperationRequest, OperationRun } from "../operations/operation-store.ts";
import { projectFor } from "../projects/project-scope.ts";
import { OperationFailure } from "../core/refusal.ts";
import { wireTime } from "../core/wire-time.ts";

/** Where a new instance comes from. */
export type CreateSource =
  | { readonly kind: "none" }
  | { readonly kind: "local"; readonly fingerprint: string | undefined }
  | { readonly kind: "pull"; readonly protocol: string; readonly pull: PullRequest };

/** A checked `POST /1.0/instances`. */
export interface CreateRequest {
  readonly project: string;
  readonly caller: Caller;
  readonly name: string;
  readonly type: InstanceType;
  readonly source: CreateSource;
  readonly config: Config;
  readonly devices: Devices;
  readonly profiles: readonly string[];
  readonly description: string;
  readonly ephemeral: boolean;
  /** Incus only: start it as part of the operation. */
  readonly start: boolean;
}

/** The operation that makes an instance. */
export function createOperation(state: FakeState, request: CreateRequest): OperationRequest {
  return {
    description: "Creating instance",
    project: request.project,
    resources: instanceResources(state, request),
    work: (run) => create(state, request, run),
  };
}

async function create(state: FakeState, request: CreateRequest, run: OperationRun): Promise<void> {
  const image = await imageOf(state, request, run);
  const instance = newInstance(state, request, image);
  try {
    checkConfiguration(state, instance);
    checkRootDisk(state, instance);
    checkFree(state, request);
  } catch (error) {
    if (error instanceof Error) throw new OperationFailure(`Failed creating instance record: ${error.message}`);
    throw error;
  }
  state.store.instances.put(instance);
  tellInstance(state, instance, "instance-created", {
    caller: state.flavour === "incus" ? request.caller : undefined,
    context: {
      ...(state.flavour === "incus" ? { location: state.location } : {}),
      "storage-pool": rootPool(state, instance),
      type: instance.type,
    },
  });
  if (image !== undefined) await unpack(state, image, run);
  // Real servers note it at the end: an instance that has it is complete.
  instance.config = sortedMap({ ...instance.config, "volatile.apply_template": "create" });
  instance.busy = undefined;
  if (request.start && state.flavour === "incus") await start(state, instance, request.caller);
}

async function imageOf(
  state: FakeState,
  { source, type, project, caller }: CreateRequest,
  run: OperationRun,
): Promise<ImageRecord | undefined> {
  if (source.kind === "none") return undefined;
  // Real servers do no work before the request is answered.
  await Promise.resolve();
  const image = await (source.kind === "pull"
    ? pull(state, source.protocol, { ...source.pull, project, caller }, run)
    : source.fingerprint === undefined
      ? undefined
      : findImage(state, projectFor(state, project, "features.images"), source.fingerprint));
  if (image === undefined) throw new OperationFailure("Image not provided for instance creation");
  if (image.type !== type) {
    throw new OperationFailure(`Requested image's type "${image.type}" doesn't match instance type "${type}"`);
  }
  image.lastUsedAt = wireTime(state.clock.now());
  return image;
}

function pull(state: FakeState, protocol: string, request: ImagePull, run: OperationRun): Promise<ImageRecord> {
  if (protocol === "simplestreams") return pullImage(state, request, run);
  throw new OperationFailure(
    ["", "lxd", "incus"].includes(protocol)
      ? `Failed to connect to ${state.flavour === "lxd" ? "LXD server" : "the server"} "${request.server}"`
      : `Unsupported protocol: ${protocol}`,
  );
}

function checkFree(state: FakeState, { project, name }: CreateRequest): void {
  if (state.store.instances.get(project, name) === undefined) return;
  const text =
    state.flavour === "lxd"
      ? 'This "instances" entry already exists'
      : 'Failed to create "instances" entry: UNIQUE constraint failed: instances.project_id, instances.name';
  throw new OperationFailure(`Add instance info to the database: ${text}`);
}

const unpackSteps = 4;

async function unpack(state: FakeState, image: ImageRecord, run: OperationRun): Promise<void> {
  const { createMs } = state.timings;
  const speed = Math.round(image.sizeBytes / Math.max(createMs / 1000, 0.001));
  const stage = "create_instance_from_image_unpack";
  for (let step = 1; step <= unpackSteps; step += 1) {
    await pause(state.clock, createMs / unpackSteps);
    const percent = (step * 100) / unpackSteps;
    run.update({
      [`${stage}_progress`]: `${state.facts.unpacking}: ${percent}% (${(speed / 1e6).toFixed(2)}MB/s)`,
      progress: { percent: String(percent), speed: String(speed), stage },
    });
  }
}
