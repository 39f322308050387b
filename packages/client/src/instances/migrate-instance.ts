import {
  type InstanceSource,
  type InstancesPost,
  LxdkitError,
  type MigrationTarget,
  type Operation,
} from "@lxdkit/protocol";
import type { ApiError } from "@lxdkit/transport";
import { severalFailures, tryAddresses } from "../copy-modes.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { type CopyServer, reachOf } from "../server-reach.ts";
import { hangUp, migrationSide, relayMigration } from "./migration-sockets.ts";

/** A copy of an instance, or of one of its snapshots, from one server to another. */
export interface InstanceMigration {
  readonly source: CopyServer & { readonly instance: string; readonly snapshot: string | undefined };
  readonly target: CopyServer;
  /** The new instance but for where it comes from. */
  readonly body: Omit<InstancesPost, "source">;
  /** What both servers must know of the way in which it is copied. */
  readonly manner: Pick<InstanceSource, "live" | "instance_only" | "allow_inconsistent">;
  /** What only the target must know. */
  readonly taking: Pick<InstanceSource, "base-image" | "refresh">;
  readonly signal: AbortSignal | undefined;
  readonly onUpdate: ((operation: Operation) => void) | undefined;
  /** Called with the bytes that went through this process. */
  readonly onPassed: (bytes: number) => void;
}

/** The target fetches it, from the first address of the source that it reaches. */
export async function pullInstance(migration: InstanceMigration): Promise<void> {
  const { source, signal } = migration;
  const { urls, certificate } = await reachOf(source, signal);
  await tryAddresses(urls, signal, isRefusedByTarget, async (url) => {
    const giving = await give(migration);
    const from = await migrationSide(source.client, giving, signal);
    const breakOff = async (isUntouched: boolean): Promise<void> => {
      // LXD ends it at once unless it gives a snapshot, Incus when its sockets are closed.
      await giving.cancel().catch(() => undefined);
      await hangUp(from, isUntouched);
    };
    const operation = `${url}/1.0/operations/${from.id}`;
    const taking = await take(migration, { mode: "pull", operation, certificate, secrets: from.secrets }, breakOff);
    await bothEnd(migration, giving, taking, () => breakOff(false));
  });
}

/** The source sends it, to the first address of the target that it reaches. */
export async function pushInstance(migration: InstanceMigration): Promise<void> {
  const { target, signal } = migration;
  const { urls, certificate } = await reachOf(target, signal);
  await tryAddresses(urls, signal, isRefusedByTarget, async (url) => {
    const taking = await take(migration, { mode: "push" }, () => Promise.resolve());
    const to = await migrationSide(target.client, taking, signal);
    const operation = `${url}/1.0/operations/${to.id}`;
    const giving = await give(migration, { operation, certificate, secrets: to.secrets }).catch(
      async (error: unknown) => {
        await hangUp(to, isRefusal(error));
        await ended(taking, signal);
        throw error;
      },
    );
    await bothEnd(migration, giving, taking, () => hangUp(to, false));
  });
}

/** It goes through this process. */
export async function relayInstance(migration: InstanceMigration): Promise<void> {
  const { source, target, signal, onPassed } = migration;
  const giving = await give(migration);
  const from = await migrationSide(source.client, giving, signal);
  const taking = await take(migration, { mode: "push" }, () => hangUp(from, true));
  const to = await migrationSide(target.client, taking, signal);
  const relay = await relayMigration(from, to, { signal, onPassed }).catch(async (error: unknown) => {
    await ended(taking, signal);
    throw error;
  });
  const breakOff = async (): Promise<void> => {
    relay.close();
  };
  await bothEnd(migration, giving, taking, breakOff);
}

/** Says of a failure that the target will not have this instance, whoever brings it. */
export function isRefusedByTarget(error: unknown): boolean {
  if (!isRefusal(error) || error.request !== creation) return false;
  return error.status >= 400 && error.status < 500;
}

const creation = "POST /1.0/instances";

/** Begins the source's part; without `to` it waits for whoever connects. */
function give({ source, manner, signal }: InstanceMigration, to?: MigrationTarget): Promise<OperationHandle> {
  const { client, instance, snapshot } = source;
  // The name is the original's own: another one would be checked against those that are taken here.
  const migration = { ...manner, name: snapshot ?? instance, ...(to === undefined ? {} : { target: to }) };
  if (snapshot === undefined) return client.instances.migrate(instance, migration, { signal });
  return client.instances.snapshots.migrate(instance, snapshot, migration, { signal });
}

/** The server's answer says that nothing was begun, in contrast to an answer that was lost. */
function isRefusal(error: unknown): error is ApiError {
  return LxdkitError.is(error) && error.name === "ApiError";
}

/** Waits until a part has ended, however: until then the name is taken. */
async function ended(part: OperationHandle, signal: AbortSignal | undefined): Promise<void> {
  await part.wait({ signal }).catch(() => undefined);
}

/** Begins the target's part; when that fails, the source's is ended by `breakOff`. */
async function take(
  { target, body, manner, taking, signal }: InstanceMigration,
  from: Partial<InstanceSource>,
  breakOff: (isUntouched: boolean) => Promise<void>,
): Promise<OperationHandle> {
  try {
    const source = { type: "migration", ...manner, ...taking, ...from } as const;
    return await target.client.instances.create({ ...body, source }, { signal });
  } catch (error) {
    await breakOff(isRefusal(error));
    throw error;
  }
}

/** Waits until both parts have ended; when one fails, the other is ended by `breakOff`. */
async function bothEnd(
  { signal, onUpdate }: InstanceMigration,
  giving: OperationHandle,
  taking: OperationHandle,
  breakOff: () => Promise<void>,
): Promise<void> {
  const failures: [side: string, error: unknown][] = [];
  const end = async (side: string, handle: OperationHandle): Promise<void> => {
    try {
      await handle.wait({ signal, onUpdate: (operation) => onUpdate?.(withoutSecrets(operation)) });
    } catch (error) {
      failures.push([side, error]);
      if (failures.length === 1) await breakOff();
    }
  };
  await Promise.all([end("target", taking), end("source", giving)]);
  signal?.throwIfAborted();
  // The first failure is followed by the end that we gave to the other part.
  const [first, second] = failures.filter(([, error], index) => index === 0 || !isCancelled(error));
  if (first === undefined) return;
  throw second === undefined ? first[1] : severalFailures("the migration", "MIGRATION_FAILED", [first, second]);
}

/** Who listens may write it down, and whoever has a secret can take the copy, or end LXD. */
function withoutSecrets(operation: Operation): Operation {
  const isSecret = (value: unknown): boolean => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
  const metadata = Object.entries(operation.metadata).filter(([, value]) => !isSecret(value));
  return { ...operation, metadata: Object.fromEntries(metadata) };
}

function isCancelled(error: unknown): boolean {
  return LxdkitError.is(error) && error.code === "OPERATION_CANCELLED";
}
