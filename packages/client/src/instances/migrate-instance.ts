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
    const from = migrationSide(source.client.connection, giving);
    const breakOff = async (): Promise<void> => {
      // LXD ends it at once, Incus when its sockets are closed.
      await giving.cancel().catch(() => undefined);
      await hangUp(from);
    };
    const operation = `${url}/1.0/operations/${from.id}`;
    const taking = await take(migration, { mode: "pull", operation, certificate, secrets: from.secrets }, breakOff);
    await bothEnd(migration, giving, taking, breakOff);
  });
}

/** The source sends it, to the first address of the target that it reaches. */
export async function pushInstance(migration: InstanceMigration): Promise<void> {
  const { target, signal } = migration;
  const { urls, certificate } = await reachOf(target, signal);
  await tryAddresses(urls, signal, isRefusedByTarget, async (url) => {
    const taking = await take(migration, { mode: "push" }, () => Promise.resolve());
    const to = migrationSide(target.client.connection, taking);
    const operation = `${url}/1.0/operations/${to.id}`;
    const giving = await give(migration, { operation, certificate, secrets: to.secrets }).catch(
      async (error: unknown) => {
        await hangUp(to);
        // Until it has ended the name is taken.
        await taking.wait({ signal }).catch(() => undefined);
        throw error;
      },
    );
    await bothEnd(migration, giving, taking, () => hangUp(to));
  });
}

/** It goes through this process. */
export async function relayInstance(migration: InstanceMigration): Promise<void> {
  const { source, target, signal, onPassed } = migration;
  const giving = await give(migration);
  const from = migrationSide(source.client.connection, giving);
  const taking = await take(migration, { mode: "push" }, () => hangUp(from));
  const to = migrationSide(target.client.connection, taking);
  const relay = await relayMigration(from, to, { signal, onPassed }).catch(async (error: unknown) => {
    await Promise.all([hangUp(from), hangUp(to)]);
    await taking.wait({ signal }).catch(() => undefined);
    throw error;
  });
  const breakOff = async (): Promise<void> => {
    relay.close();
  };
  await bothEnd(migration, giving, taking, breakOff);
}

/** Says of a failure that the target will not have this instance, whoever brings it. */
export function isRefusedByTarget(error: unknown): boolean {
  if (!LxdkitError.is(error) || error.name !== "ApiError" || error.request !== creation) return false;
  const { status } = error as ApiError;
  return status >= 400 && status < 500;
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

/** Begins the target's part; when it refuses, the source's is ended by `breakOff`. */
async function take(
  { target, body, manner, taking, signal }: InstanceMigration,
  from: Partial<InstanceSource>,
  breakOff: () => Promise<void>,
): Promise<OperationHandle> {
  try {
    const source = { type: "migration", ...manner, ...taking, ...from } as const;
    return await target.client.instances.create({ ...body, source }, { signal });
  } catch (error) {
    await breakOff();
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
      await handle.wait({ signal, onUpdate });
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

function isCancelled(error: unknown): boolean {
  return LxdkitError.is(error) && error.code === "OPERATION_CANCELLED";
}
