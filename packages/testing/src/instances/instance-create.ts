import type { Devices, InstanceType } from "@lxdkit/protocol";
import { pause } from "../core/clock.ts";
import type { FakeState, ImageRecord, InstanceRecord } from "../core/fake-state.ts";
import { pullImage, type PullRequest } from "../images/image-pull.ts";
import { findImage } from "../images/image-store.ts";
import { start } from "./instance-actions.ts";
import { nicsOf } from "./instance-network.ts";
import { checkConfiguration, checkRootDisk } from "./instance-rules.ts";
import { instanceLifecycle } from "../events/lifecycle-event.ts";
import type { OperationRequest, OperationRun } from "../operations/operation-store.ts";
import { randomMac, randomUuid } from "../core/random.ts";
import { OperationFailure } from "../core/refusal.ts";
import { neverUsed, wireTime } from "../core/wire-time.ts";

/** Where a new instance comes from. */
export type CreateSource =
  | { readonly kind: "none" }
  | { readonly kind: "local"; readonly fingerprint: string | undefined }
  | { readonly kind: "pull"; readonly protocol: string; readonly pull: PullRequest };

/** A checked `POST /1.0/instances`. */
export interface CreateRequest {
  readonly name: string;
  readonly type: InstanceType;
  readonly source: CreateSource;
  readonly config: Readonly<Record<string, string>>;
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
    resources: instanceResources(state, request.name),
    work: (run) => create(state, request, run),
  };
}

/** The resources of an operation on a whole instance; LXD names it under its old path too. */
export function instanceResources(state: FakeState, name: string): Readonly<Record<string, readonly string[]>> {
  const instances = [`/1.0/instances/${name}`];
  return state.flavour === "lxd" ? { containers: [`/1.0/containers/${name}`], instances } : { instances };
}

async function create(state: FakeState, request: CreateRequest, run: OperationRun): Promise<void> {
  const image = await imageOf(state, request, run);
  const instance = newRecord(state, request, image);
  try {
    checkConfiguration(state, instance);
    checkRootDisk(state, instance);
    checkFree(state, request.name);
  } catch (error) {
    if (error instanceof Error) throw new OperationFailure(`Failed creating instance record: ${error.message}`);
    throw error;
  }
  state.instances.set(instance.name, instance);
  instanceLifecycle(state, "instance-created", instance.name, {
    requestor: state.flavour === "incus",
    context: {
      ...(state.flavour === "incus" ? { location: "none" } : {}),
      "storage-pool": "default",
      type: instance.type,
    },
  });
  if (image !== undefined) await unpack(state, image, run);
  // Real servers note it at the end: an instance that has it is complete.
  instance.config = { ...instance.config, "volatile.apply_template": "create" };
  instance.busy = undefined;
  if (request.start && state.flavour === "incus") await start(state, instance);
}

async function imageOf(
  state: FakeState,
  { source, type }: CreateRequest,
  run: OperationRun,
): Promise<ImageRecord | undefined> {
  if (source.kind === "none") return undefined;
  // Real servers do no work before the request is answered.
  await Promise.resolve();
  const image = await (source.kind === "pull"
    ? pull(state, source.protocol, source.pull, run)
    : source.fingerprint === undefined
      ? undefined
      : findImage(state, source.fingerprint));
  if (image === undefined) throw new OperationFailure("Image not provided for instance creation");
  if (image.type !== type) {
    throw new OperationFailure(`Requested image's type "${image.type}" doesn't match instance type "${type}"`);
  }
  image.lastUsedAt = wireTime(state.clock.now());
  return image;
}

function pull(state: FakeState, protocol: string, request: PullRequest, run: OperationRun): Promise<ImageRecord> {
  if (protocol === "simplestreams") return pullImage(state, request, run);
  throw new OperationFailure(
    ["", "lxd", "incus"].includes(protocol)
      ? `Failed to connect to ${state.flavour === "lxd" ? "LXD server" : "the server"} "${request.server}"`
      : `Unsupported protocol: ${protocol}`,
  );
}

function checkFree(state: FakeState, name: string): void {
  if (!state.instances.has(name)) return;
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

const idmap =
  '[{"Isuid":true,"Isgid":false,"Hostid":100000,"Nsid":0,"Maprange":10000001},' +
  '{"Isuid":false,"Isgid":true,"Hostid":100000,"Nsid":0,"Maprange":10000001}]';

function newRecord(state: FakeState, request: CreateRequest, image: ImageRecord | undefined): InstanceRecord {
  const uuid = randomUuid(state.random);
  const macs = nicsOf(state, request).map((nic): [string, string] => [
    `volatile.${nic.device}.hwaddr`,
    randomMac(state.random, state.facts.macPrefix),
  ]);
  const fromImage =
    image === undefined
      ? {}
      : {
          ...Object.fromEntries(Object.entries(image.properties).map(([key, value]) => [`image.${key}`, value])),
          "volatile.base_image": image.fingerprint,
        };
  return {
    name: request.name,
    type: request.type,
    createdAt: wireTime(state.clock.now()),
    bootable: image !== undefined,
    architecture: image?.architecture ?? "x86_64",
    description: request.description,
    ephemeral: request.ephemeral,
    config: {
      ...fromImage,
      "volatile.cloud-init.instance-id": randomUuid(state.random),
      "volatile.idmap.base": "0",
      "volatile.idmap.next": idmap,
      "volatile.last_state.idmap": "[]",
      "volatile.uuid": uuid,
      ...(state.flavour === "incus" ? { "volatile.uuid.generation": uuid } : {}),
      ...Object.fromEntries(macs),
      ...request.config,
    },
    devices: request.devices,
    profiles: request.profiles,
    lastUsedAt: neverUsed,
    frozen: false,
    running: undefined,
    busy: "create",
  };
}
