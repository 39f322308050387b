import type { Client, HubListener } from "@lxdkit/client";
import { type InstanceState, instanceStateSchema } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { createStatePoller } from "./state-poller.ts";
import { waitForStatus, waitForStopped } from "./wait-status.ts";

const running = instanceStateSchema.parse({ status: "Running", status_code: 103, network: null });
const stopped = instanceStateSchema.parse({ status: "Stopped", status_code: 102, network: null });

/** A client with one instance, whose state and events are played. */
function played() {
  let state = running;
  let readings = 0;
  const listeners = new Set<HubListener>();
  const events = {
    ready: () => Promise.resolve(1),
    listen(listener: HubListener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const read = (): Promise<InstanceState> => {
    readings += 1;
    return Promise.resolve(state);
  };
  return {
    client: { place: {}, events, instances: { state: read } } as unknown as Client,
    listeners,
    readings: () => readings,
    set: (next: InstanceState) => (state = next),
    tell(action: string, project = "default", source = "/1.0/instances/c%201") {
      const event = { type: "lifecycle", timestamp: "", metadata: { action, source }, project };
      for (const listener of listeners) listener.onEvent?.(event);
    },
  };
}

test("a stop counts once the server is done with it, which its event says", async () => {
  const server = played();
  const poller = createStatePoller(server.client);
  let isOver = false;
  const waits = [waitForStopped(poller, "c 1"), waitForStatus(poller, "c 1", "Stopped")];
  const all = Promise.all(waits).finally(() => (isOver = true));
  await expect.poll(server.readings).toBe(1);
  server.set(stopped);
  // Wakes the wait, as the log of a console and other projects do not.
  server.tell("instance-console", "default");
  server.tell("instance-shutdown", "other");
  server.tell("instance-shutdown", "default", "/1.0/instances/c2");
  server.tell("instance-shutdown", "default", "/1.0/instances/c%201/snapshots/s");
  expect(server.readings()).toBe(1);
  server.tell("instance-resumed");
  await expect.poll(server.readings).toBeGreaterThan(2);
  expect(isOver).toBe(false);
  server.tell("instance-shutdown");
  expect(await all).toEqual(["stopped", stopped]);
  expect(server.listeners.size).toBe(0);
});

test("one that was stopped from the start, or whose event is lost, is not waited for for ever", async () => {
  const server = played();
  const poller = createStatePoller(server.client);
  const wait = waitForStopped(poller, "c 1");
  await expect.poll(server.readings).toBe(1);
  server.set(stopped);
  for (const listener of server.listeners) listener.onLost?.();
  server.tell("instance-resumed");
  expect(await wait).toBe("stopped");
  expect(await waitForStopped(poller, "c 1", { timeoutMs: 1_000 })).toBe("stopped");
}, 15_000);
