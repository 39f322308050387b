import type { FakeState } from "../core/fake-state.ts";
import { tellSnapshot } from "../instances/snapshots/snapshot-store.ts";
import { tell } from "../events/lifecycle-event.ts";
import { volumeSource } from "../storage/volume-url.ts";

/** Removes what has expired. */
export interface Expiry {
  /** Notes that something expires then (RFC 3339); the zero time and null are never. */
  watch(expiresAt: string | null): void;
}

const tickMs = 60_000;

/**
 * Makes the {@link Expiry} of a daemon. The servers look every minute from their start; here they do so only in those
 * minutes in which there is something to do, so that nothing waits on a clock without need.
 */
export function createExpiry(state: () => FakeState, startedAt: number): Expiry {
  const planned = new Set<number>();
  return {
    watch(expiresAt) {
      const at = Date.parse(expiresAt ?? "");
      // Both families write "never" as a time before this one.
      if (!(at > 0)) return;
      const { clock } = state();
      const from = Math.max(at, clock.now());
      const tick = startedAt + Math.max(1, Math.ceil((from - startedAt) / tickMs)) * tickMs;
      if (planned.has(tick) || tick - clock.now() > longestTimerMs) return;
      planned.add(tick);
      clock.after(tick - clock.now(), () => {
        planned.delete(tick);
        removeExpired(state());
      });
    },
  };
}

/** Timers of Node end early when they are longer; no test waits that long. */
const longestTimerMs = 2 ** 31 - 1;

/** Watches all that a daemon finds when it starts. */
export function watchKept({ store, expiry }: FakeState): void {
  for (const { expiresAt } of store.instanceSnapshots.all()) expiry.watch(expiresAt);
  for (const { snapshots } of store.volumes.all()) for (const { expiresAt } of snapshots) expiry.watch(expiresAt);
}

/** The operations of one minute; none that has nothing to do. They belong to no project. */
function removeExpired(state: FakeState): void {
  const { store, operations, clock } = state;
  const isOver = (expiresAt: unknown): boolean => {
    const at = typeof expiresAt === "string" ? Date.parse(expiresAt) : 0;
    return at > 0 && at <= clock.now();
  };
  const run = (description: string, work: () => void): void =>
    void operations.start({ description, project: "", work: () => Promise.resolve().then(work) });

  const tokens = operations.list().filter((operation) => {
    const { class: kind, status, metadata } = operation.view();
    return kind === "token" && status === "Running" && isOver(metadata["expiresAt"]);
  });
  if (tokens.length > 0) run("Remove expired tokens", () => tokens.forEach((token) => token.cancel()));

  const snapshots = store.instanceSnapshots.all().filter(({ expiresAt }) => isOver(expiresAt));
  if (snapshots.length > 0) {
    run("Cleaning up expired instance snapshots", () => {
      for (const snapshot of snapshots) {
        if (store.instanceSnapshots.delete(snapshot)) tellSnapshot(state, snapshot, "deleted", undefined);
      }
    });
  }

  const volumes = store.volumes.all().filter((volume) => volume.snapshots.some(({ expiresAt }) => isOver(expiresAt)));
  if (volumes.length === 0) return;
  run("Cleaning up expired volume snapshots", () => {
    for (const volume of volumes) {
      const gone = volume.snapshots.filter(({ expiresAt }) => isOver(expiresAt));
      store.volumes.put({ ...volume, snapshots: volume.snapshots.filter((one) => !gone.includes(one)) });
      for (const { name } of gone) {
        const source = volumeSource(state, volume, name);
        tell(state, { action: "storage-volume-snapshot-deleted", source, project: volume.project });
      }
    }
  });
}
