import type { Client } from "@lxdkit/client";
import { instanceFullSchema, type InstanceState, LxdkitError } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { createStatePoller, type PollerLimits, type StatePoller } from "./state-poller.ts";

const state = { status: "Running", status_code: 103, network: null };
const limits: PollerLimits = { firstMs: 1, longestMs: 5, slowMs: 50, afterEventMs: 10, gatherMs: 1, lostMs: 60 };

/** A client whose lists are played one after the other; the last one stays. It has no events. */
function played(lists: readonly (readonly object[] | Error)[]): Client {
  let at = 0;
  const listFull = (): Promise<unknown> => {
    const list = lists[Math.min(at, lists.length - 1)];
    at += 1;
    return list instanceof Error
      ? Promise.reject(list)
      : Promise.resolve(list?.map((one) => instanceFullSchema.parse(one)));
  };
  const events = { ready: () => Promise.reject(new Error("no events")), listen: () => () => undefined };
  return { place: {}, events, instances: { listFull } } as unknown as Client;
}

const statusOf = (seen: InstanceState | undefined): string => seen?.status ?? "gone";
const { signal } = new AbortController();

function waitFor(poller: StatePoller, ...names: readonly string[]): Promise<PromiseSettledResult<string>[]> {
  return Promise.allSettled(names.map((name) => poller.until(name, statusOf, { signal })));
}

test("a state that cannot be read is neither there nor gone: the wait goes on", async () => {
  const list = (a: object | null, b: object | null): object[] => [
    { name: "a", type: "container", state: a },
    { name: "b", type: "container", state: b },
  ];
  const poller = createStatePoller(played([list(null, null), list(null, null), list(state, state)]), limits);
  const ended = await waitFor(poller, "a", "b", "c");
  expect(ended.map((one) => (one.status === "fulfilled" ? one.value : one))).toEqual(["Running", "Running", "gone"]);
});

test("what waiting does not mend ends every wait with its error at once", async () => {
  const failure = new Error("not allowed");
  const ended = await waitFor(createStatePoller(played([failure]), limits), "a", "b");
  expect(ended).toEqual([
    { status: "rejected", reason: failure },
    { status: "rejected", reason: failure },
  ]);
});

test("a server that is away is waited for, but not for ever; each wait hears of it", async () => {
  const away = new LxdkitError("nobody there", { code: "SOCKET_REFUSED" });
  const back = [{ name: "a", type: "container", state }];
  const heard: unknown[] = [];
  const poller = createStatePoller(played([away, away, back]), limits);
  const both = ["a", "b"].map((name) =>
    poller.until(name, statusOf, { signal, onFailure: (error) => heard.push(error) }),
  );
  expect(await Promise.all(both)).toEqual(["Running", "gone"]);
  expect(heard).toEqual([away, away, away, away]);
  expect(await waitFor(createStatePoller(played([away]), limits), "a", "b")).toEqual([
    { status: "rejected", reason: away },
    { status: "rejected", reason: away },
  ]);
});
