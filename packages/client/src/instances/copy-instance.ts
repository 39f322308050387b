import type { Instance, InstanceSnapshot, InstancesPost, Operation } from "@lxdkit/protocol";
import { LxdkitError } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import { type CopyModeOptions, type CopyMode, type CopyOutcome, tryModes } from "../copy-modes.ts";
import { type CopyServer, isSameServer } from "../server-reach.ts";
import {
  type InstanceMigration,
  isRefusedByTarget,
  pullInstance,
  pushInstance,
  relayInstance,
} from "./migrate-instance.ts";

/** The instance to copy. */
export interface CopyInstanceSource extends CopyServer {
  /** An instance, or `instance/snapshot`. */
  readonly name: string;
}

/** What the copy becomes. */
export interface CopyInstanceTarget extends CopyServer {
  /** Name of the copy; that of the original unless given. */
  readonly name?: string | undefined;
}

/** Options of {@link copyInstance}. */
export interface CopyInstanceOptions extends CopyModeOptions {
  /** What the copy has in place of, or besides, what the original has. */
  readonly changes?: Omit<Partial<InstancesPost>, "name" | "source" | "type"> | undefined;
  /** Without its snapshots. */
  readonly instanceOnly?: boolean | undefined;
  /** Bring an instance that is there already up to date; one that is not there is made. */
  readonly refresh?: boolean | undefined;
  /** Go on although files change while they are copied. */
  readonly allowInconsistent?: boolean | undefined;
  /** With the running state. */
  readonly live?: boolean | undefined;
  /** Hears each state of the servers' operations. */
  readonly onUpdate?: ((operation: Operation) => void) | undefined;
  /** Hears how many bytes have gone through this process, in a relay. */
  readonly onRelayed?: ((doneBytes: number) => void) | undefined;
}

/**
 * Copies an instance or a snapshot, between servers or inside one, and tells in which way that was done. The projects
 * are those of the two clients.
 *
 * Between servers, the target first tries to pull it, then the source to push it; where neither reaches the other it is
 * relayed through this process. A mode that does not work leaves nothing behind on the target.
 *
 * @throws {LxdkitError} `CONFLICT` when the name is taken on the target; `NOT_FOUND`; what the target refuses;
 *   `COPY_FAILED` with what each mode threw in `errors`.
 */
export async function copyInstance(
  source: CopyInstanceSource,
  target: CopyInstanceTarget,
  options: CopyInstanceOptions = {},
): Promise<CopyOutcome<void>> {
  const { signal, refresh = false } = options;
  const [, instance = "", snapshot] = /^([^/]*)(?:\/(.*))?$/s.exec(source.name) ?? [];
  const name = target.name ?? instance;
  const isSame = await isSameServer(source.client, target.client, signal);
  const original = await readOriginal(source, instance, snapshot, signal);
  if (!refresh) await requireFree(target, name, signal);
  const copy = { source, target, instance, snapshot, name, original, options };
  return tryModes(isSame, (mode) => attempts[mode](copy), isRefusedByTarget, options);
}

interface Copy {
  readonly source: CopyInstanceSource;
  readonly target: CopyInstanceTarget;
  readonly instance: string;
  readonly snapshot: string | undefined;
  /** Of the copy. */
  readonly name: string;
  readonly original: Original;
  readonly options: CopyInstanceOptions;
}

type Original = Pick<Instance, "type" | "architecture" | "config" | "devices" | "profiles" | "ephemeral"> & {
  readonly description?: string | undefined;
};

const attempts: Readonly<Record<CopyMode, (copy: Copy) => Promise<void>>> = {
  local: copyInside,
  pull: (copy) => pullInstance(migrationOf(copy)),
  push: (copy) => pushInstance(migrationOf(copy)),
  relay: (copy) => relayInstance(migrationOf(copy)),
};

async function copyInside(copy: Copy): Promise<void> {
  const { source, target, original, options } = copy;
  const { refresh, instanceOnly, allowInconsistent, live, signal, onUpdate } = options;
  const from = {
    type: "copy",
    source: source.name,
    project: source.client.place.project ?? "default",
    ...baseImage(original),
    ...defined({ live, refresh, instance_only: instanceOnly, allow_inconsistent: allowInconsistent }),
  } as const;
  const creation = await target.client.instances.create({ ...bodyOf(copy), source: from }, { signal });
  await creation.wait({ signal, onUpdate });
}

function migrationOf(copy: Copy): InstanceMigration {
  const { source, target, instance, snapshot, original, options } = copy;
  const { refresh, instanceOnly, allowInconsistent, live = false, signal, onUpdate, onRelayed } = options;
  let passed = 0;
  return {
    source: { ...source, instance, snapshot },
    target,
    body: bodyOf(copy),
    manner: { live, ...defined({ instance_only: instanceOnly, allow_inconsistent: allowInconsistent }) },
    taking: { ...baseImage(original), ...defined({ refresh }) },
    signal,
    onUpdate,
    onPassed(bytes) {
      passed += bytes;
      onRelayed?.(passed);
    },
  };
}

/** All that the original has but for what the server makes up: LXD 5.0 fills in no profiles, and none a description. */
function bodyOf({ name, original, options }: Copy): Omit<InstancesPost, "source"> {
  const { changes = {} } = options;
  const { type, architecture, profiles, ephemeral, description = "" } = original;
  const config = Object.entries(original.config).filter(([key]) => !key.startsWith("volatile."));
  return {
    type,
    architecture,
    profiles,
    ephemeral,
    description,
    ...changes,
    name,
    config: { ...Object.fromEntries(config), ...changes.config },
    devices: { ...original.devices, ...changes.devices },
  };
}

async function readOriginal(
  { client }: CopyInstanceSource,
  instance: string,
  snapshot: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Original> {
  const { value } = await client.instances.get(instance, { signal });
  if (snapshot === undefined) return value;
  const { value: earlier }: { readonly value: InstanceSnapshot } = await client.instances.snapshots.get(
    instance,
    snapshot,
    { signal },
  );
  // A snapshot has no type of its own.
  return { ...earlier, type: value.type };
}

async function requireFree(
  { client }: CopyInstanceTarget,
  name: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await client.instances.get(name, { signal });
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  throw new LxdkitError(`${JSON.stringify(name)} is there already on ${client.connection.address}`, {
    code: "CONFLICT",
    address: client.connection.address,
    hint: "Give the copy another name, or refresh the one that is there.",
  });
}

/** The image that the original came from, of which the target may have the most. */
function baseImage({ config }: Original): { readonly "base-image"?: string } {
  const image = config["volatile.base_image"];
  return image === undefined ? {} : { "base-image": image };
}

/** The options that were given. */
function defined<T extends Readonly<Record<string, boolean | undefined>>>(
  options: T,
): { readonly [Key in keyof T]?: boolean } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    readonly [Key in keyof T]?: boolean;
  };
}
