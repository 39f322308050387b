import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@lxdkit/client";
import type { InstanceState } from "@lxdkit/protocol";
import { unlessMissing } from "../unless-missing.ts";
import { listenForInstances } from "./instance-events.ts";
import { mayPass } from "./may-pass.ts";
import { createNews } from "./news.ts";

/** Options of {@link StatePoller.until}. */
export interface UntilOptions {
  /** Ends the wait with its reason. */
  readonly signal: AbortSignal;
  /**
   * Whether lifecycle events tell of what is waited for now, so that it is read again slowly without them; they do not by
   * default.
   */
  readonly isTold?: () => boolean;
  /** Called when the server could not be read; the wait goes on. */
  readonly onFailure?: (error: unknown) => void;
}

/** Makes something of a state, or of the lack of an instance; undefined to go on waiting. */
export type Look<T> = (state: InstanceState | undefined, heard: string | undefined) => T | undefined;

/** Reads the states of any number of instances in one loop. */
export interface StatePoller {
  /**
   * Calls `look` with each state of the instance that is read, until it gives a value. An undefined state means that
   * there is no such instance; `heard` is the last event of it since the wait began, for example `instance-stopped`. A
   * server that is away is waited for, for as long as {@link PollerLimits.lostMs}.
   */
  until<T>(name: string, look: Look<T>, options: UntilOptions): Promise<T>;
}

/** Milliseconds that a {@link StatePoller} goes by. */
export interface PollerLimits {
  /** A lease takes some ten milliseconds on a busy machine; nobody minds a second once it takes longer. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** Between two readings of what events tell of. */
  readonly slowMs: number;
  /** Events come a moment before or after what they tell of can be read: for so long it is read as if untold. */
  readonly afterEventMs: number;
  /**
   * Between two readings while several are waited for: their events come together. At least as long as the last one
   * took, so that reading keeps the server busy for half of the time at most.
   */
  readonly gatherMs: number;
  /** For which the server may be away at a time. */
  readonly lostMs: number;
}

const defaultLimits: PollerLimits = {
  firstMs: 20,
  longestMs: 1_000,
  slowMs: 10_000,
  afterEventMs: 2_000,
  gatherMs: 10,
  lostMs: 60_000,
};

interface Waiter {
  readonly name: string;
  readonly isTold: () => boolean;
  /** Is to be read as soon as can be. */
  isDue: boolean;
  /** Until then it is read as what no event tells of. */
  quickUntil: number;
  heard: string | undefined;
  /** True when the waiter has what it waits for. */
  readonly see: (state: InstanceState | undefined) => boolean;
  readonly fail: (error: unknown) => void;
  readonly onFailure: ((error: unknown) => void) | undefined;
}

/**
 * Makes a {@link StatePoller}. Lifecycle events say when to read; no event tells of a new address or agent, so these
 * are read again and again. One subscription and one loop serve all waits: a single state while one instance is to be
 * read, one list for more.
 */
export function createStatePoller(client: Client, limits: PollerLimits = defaultLimits): StatePoller {
  const waiters = new Set<Waiter>();
  const news = createNews();
  let wait = limits.firstMs;
  let fastAt = 0;
  let slowAt = 0;
  let isPolling = false;
  let opening = 0;
  let hearAt = 0;
  let lostAt: number | undefined;
  let readMs = 0;

  const isQuick = ({ isTold, quickUntil }: Waiter): boolean =>
    opening === 0 || !isTold() || performance.now() < quickUntil;
  const isDue = (waiter: Waiter): boolean => waiter.isDue || performance.now() >= (isQuick(waiter) ? fastAt : slowAt);

  const onEvent = (name: string, action: string): void => {
    for (const waiter of waiters) {
      if (waiter.name !== name) continue;
      waiter.isDue = true;
      waiter.heard = action;
      waiter.quickUntil = performance.now() + limits.afterEventMs;
      wait = limits.firstMs;
      news.tell();
    }
  };

  /** Opens the events socket where it is not open, and reads what may have happened in between. */
  const hear = async (): Promise<void> => {
    if (opening === 0 && performance.now() < hearAt) return;
    const heard = await client.events.ready({ project: client.place.project }).catch(() => 0);
    if (heard !== opening) slowAt = 0;
    opening = heard;
    hearAt = performance.now() + limits.longestMs;
  };

  const readDue = async (): Promise<void> => {
    const due = [...waiters].filter(isDue);
    if (due.length === 0) return;
    for (const waiter of due) waiter.isDue = false;
    const names = new Set(due.map(({ name }) => name));
    const isOfAll = names.size > 1;
    // What is new since the list was asked for may be missing in it.
    const asked = isOfAll ? [...waiters] : due;
    const begun = performance.now();
    const states: Map<string, InstanceState | null> = isOfAll
      ? await listStates(client)
      : await readState(client, due[0]?.name ?? "");
    lostAt = undefined;
    for (const waiter of asked) {
      const state = states.get(waiter.name);
      if (waiters.has(waiter) && state !== null && waiter.see(state)) waiters.delete(waiter);
    }
    const now = performance.now();
    readMs = now - begun;
    if (isOfAll || due.some(isQuick)) {
      fastAt = now + wait;
      wait = Math.min(wait * 1.5, limits.longestMs);
    }
    if (isOfAll || now >= slowAt) slowAt = now + limits.slowMs;
  };

  /** Lets the waits go on while this may be over soon. */
  const endure = (error: unknown): void => {
    const now = performance.now();
    lostAt ??= now;
    const isOver = !mayPass(error) || now - lostAt >= limits.lostMs;
    for (const waiter of waiters) {
      if (isOver) waiter.fail(error);
      else {
        waiter.onFailure?.(error);
        waiter.isDue = true;
      }
    }
    if (isOver) waiters.clear();
  };

  const poll = async (): Promise<void> => {
    isPolling = true;
    const stop = listenForInstances(client, { onEvent, onLost: news.tell });
    while (waiters.size > 0) {
      try {
        await hear();
        await readDue();
      } catch (error) {
        endure(error);
        await delay(wait);
        wait = Math.min(wait * 1.5, limits.longestMs);
        continue;
      }
      const nextAt = Math.min(...[...waiters].map((one) => (one.isDue ? 0 : isQuick(one) ? fastAt : slowAt)));
      if (waiters.size === 0) break;
      await news.next(nextAt - performance.now());
      if (waiters.size > 1) await delay(Math.max(limits.gatherMs, readMs));
    }
    stop();
    isPolling = false;
  };

  return {
    until(name, look, { signal, isTold = () => false, onFailure }) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason as Error);
          return;
        }
        const waiter: Waiter = {
          name,
          isTold,
          isDue: true,
          quickUntil: 0,
          heard: undefined,
          see(state) {
            try {
              const value = look(state, waiter.heard);
              if (value === undefined) return false;
              signal.removeEventListener("abort", onAbort);
              resolve(value);
            } catch (error) {
              waiter.fail(error);
            }
            return true;
          },
          fail(error) {
            signal.removeEventListener("abort", onAbort);
            reject(error);
          },
          onFailure,
        };
        const onAbort = (): void => {
          waiters.delete(waiter);
          news.tell();
          reject(signal.reason as Error);
        };
        signal.addEventListener("abort", onAbort, { once: true });
        waiters.add(waiter);
        wait = limits.firstMs;
        news.tell();
        if (!isPolling) void poll();
      });
    },
  };
}

async function readState(client: Client, name: string): Promise<Map<string, InstanceState>> {
  const state = await unlessMissing(client.instances.state(name));
  return new Map(state === undefined ? [] : [[name, state]]);
}

/** By name; null for an instance that is there but whose state the server could not read. */
async function listStates(client: Client): Promise<Map<string, InstanceState | null>> {
  const instances = await client.instances.listFull();
  return new Map(instances.map(({ name, state }) => [name, state]));
}
