import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@lxdkit/client";
import type { InstanceState } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";

/** Reads the states of any number of containers in one loop. */
export interface StatePoller {
  /**
   * Calls `look` with each state of the container that is read, until it gives a value. An undefined state means that
   * there is no such container.
   */
  until<T>(name: string, look: (state: InstanceState | undefined) => T | undefined, signal: AbortSignal): Promise<T>;
}

interface Waiter {
  readonly name: string;
  /** True when the waiter has what it waits for. */
  readonly see: (state: InstanceState | undefined) => boolean;
  readonly fail: (error: unknown) => void;
}

/** A lease takes some ten milliseconds on a busy machine; nobody minds a second once it takes longer. */
const firstDelayMs = 20;
const longestDelayMs = 1_000;

/** A server that is busy for a moment ends no wait; one that fails this often in a row does. */
const toleratedFailures = 5;

/**
 * Makes a {@link StatePoller}. No event tells of a new address, so it has to be read; but one loop serves all waits:
 * a single state while one container is waited for, one list for more.
 */
export function createStatePoller(client: Client): StatePoller {
  const waiters = new Set<Waiter>();
  let wait = firstDelayMs;
  let isPolling = false;

  const poll = async (): Promise<void> => {
    isPolling = true;
    let failures = 0;
    while (waiters.size > 0) {
      const round = [...waiters];
      try {
        const states = await readStates(client, round);
        failures = 0;
        for (const waiter of round) {
          const state = states.get(waiter.name);
          if (state !== null && waiter.see(state)) waiters.delete(waiter);
        }
      } catch (error) {
        failures += 1;
        if (failures < toleratedFailures) {
          await delay(longestDelayMs);
          continue;
        }
        for (const waiter of round) {
          waiter.fail(error);
          waiters.delete(waiter);
        }
      }
      if (waiters.size > 0) await delay(wait);
      wait = Math.min(wait * 1.5, longestDelayMs);
    }
    isPolling = false;
  };

  return {
    until(name, look, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason as Error);
          return;
        }
        const waiter: Waiter = {
          name,
          see(state) {
            try {
              const value = look(state);
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
        };
        const onAbort = (): void => {
          waiters.delete(waiter);
          reject(signal.reason as Error);
        };
        signal.addEventListener("abort", onAbort, { once: true });
        waiters.add(waiter);
        wait = firstDelayMs;
        if (!isPolling) void poll();
      });
    },
  };
}

/** By name; null for a container that is there but whose state the server could not read. */
async function readStates(client: Client, round: readonly Waiter[]): Promise<Map<string, InstanceState | null>> {
  const [first] = round;
  const names = new Set(round.map(({ name }) => name));
  if (first !== undefined && names.size === 1) {
    try {
      return new Map([[first.name, await client.instances.state(first.name)]]);
    } catch (error) {
      if (isNotFound(error)) return new Map();
      throw error;
    }
  }
  const instances = await client.instances.listFull();
  return new Map(instances.map(({ name, state }) => [name, state]));
}
