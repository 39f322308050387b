import type { Client } from "@lxdkit/client";
import { instanceFullSchema, type InstanceState } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { createStatePoller } from "./state-poller.ts";

const state = { status: "Running", status_code: 103, network: null };

/** A client whose lists are played one after the other; the last one stays. */
function played(lists: readonly (readonly object[] | Error)[]): Client {
  let at = 0;
  const listFull = (): Promise<unknown> => {
    const list = lists[Math.min(at, lists.length - 1)];
    at += 1;
    return list instanceof Error
      ? Promise.reject(list)
      : Promise.resolve(list?.map((one) => instanceFullSchema.parse(one)));
  };
  return { instances: { listFull } } as unknown as Client;
}

const signal = new AbortController().signal;
const statusOf = (seen: InstanceState | undefined): string => seen?.status ?? "gone";

test("a state that cannot be read is neither there nor gone: the wait goes on", async () => {
  const list = (a: object | null, b: object | null): object[] => [
    { name: "a", type: "container", state: a },
    { name: "b", type: "container", state: b },
  ];
  const poller = createStatePoller(played([list(null, null), list(null, null), list(state, state)]));
  const waits = [poller.until("a", statusOf, signal), poller.until("b", statusOf, signal)];
  expect(await Promise.all([...waits, poller.until("c", statusOf, signal)])).toEqual(["Running", "Running", "gone"]);
});

test("a server that goes on failing ends every wait with its error", async () => {
  const failure = new Error("database is locked");
  const poller = createStatePoller(played([failure]));
  const waits = await Promise.allSettled([poller.until("a", statusOf, signal), poller.until("b", statusOf, signal)]);
  expect(waits).toEqual([
    { status: "rejected", reason: failure },
    { status: "rejected", reason: failure },
  ]);
}, 15_000);
