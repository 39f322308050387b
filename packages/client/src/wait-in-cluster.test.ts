import { type Operation, operationSchema } from "@lxdkit/protocol";
import { ApiError } from "@lxdkit/transport";
import { expect, test, vi } from "vitest";
import type { CallOptions } from "./call-options.ts";
import { lookAtOperations } from "./look-at-operations.ts";
import { waitOperation } from "./wait-operation.ts";

const running = operationSchema.parse({ id: "a", class: "task", status: "Running", status_code: 103 });
const success: Operation = { ...running, status: "Success", status_code: 200 };

test("without events, a member that answers at once for another is asked at growing distances", async () => {
  const asked: { readonly at: number; readonly options: CallOptions | undefined }[] = [];
  const hub = {
    ready: () => Promise.reject(new Error("no events")),
    lastSeen: () => undefined,
    listen: () => () => undefined,
    close: () => undefined,
  };
  const operations = {
    get: () => Promise.reject(new Error("not asked")),
    wait: (_id: string, options?: CallOptions) => {
      asked.push({ at: performance.now(), options });
      return Promise.resolve(asked.length < 4 ? running : success);
    },
  };
  const look = () => Promise.reject(new Error("not asked"));
  expect(await waitOperation({ hub, operations, look, project: "p1" }, running, {})).toEqual(success);
  const distances = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
  // Timers may fire a little early.
  expect(distances.map((distance, index) => distance > 50 * 2 ** index - 5)).toEqual([true, true, true]);
  expect(asked.map(({ options }) => options?.project)).toEqual(["p1", "p1", "p1", "p1"]);
});

const notAsked = () => Promise.reject(new Error("not asked"));

/** A hub whose socket stays open and tells nothing. */
const silent = {
  ready: () => Promise.resolve(1),
  lastSeen: () => undefined,
  listen: () => () => undefined,
  close: () => undefined,
};

test("an operation of another member of which nothing is heard is looked for, with one look for all", async () => {
  vi.useFakeTimers();
  try {
    const here = { ...running, location: "m2" };
    const also = { ...here, id: "b" };
    const lists: Operation[][] = [[here, also], [{ ...here, ...success }]];
    const list = vi.fn<() => Promise<Operation[]>>(() => Promise.resolve(lists.shift() ?? []));
    const look = lookAtOperations(list);
    const notFound = new ApiError({ status: 404, serverMessage: "", request: "GET", address: "" });
    const operations = { get: vi.fn<() => Promise<Operation>>(() => Promise.reject(notFound)), wait: notAsked };
    const settle = () => Promise.resolve(false);
    const context = { hub: silent, operations, look, opening: 1, settle };
    const first = waitOperation(context, here, {});
    const second = waitOperation(context, also, {});
    second.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(list).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(list).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(list).toHaveBeenCalledTimes(2);
    expect(await first).toMatchObject({ status_code: 200 });
    // Its member has died and forgotten it.
    await expect(second).rejects.toMatchObject({ code: "OPERATION_FAILED" });
    expect(operations.get).toHaveBeenCalledTimes(1);
  } finally {
    vi.useRealTimers();
  }
});

test("on a server of its own, where the socket would be gone, there is less doubt", async () => {
  vi.useFakeTimers();
  try {
    const list = vi.fn<() => Promise<Operation[]>>(() => Promise.resolve([success]));
    const operations = { get: notAsked, wait: notAsked };
    const context = { hub: silent, operations, look: lookAtOperations(list), opening: 1 };
    const wait = waitOperation(context, running, {});
    await vi.advanceTimersByTimeAsync(59_000);
    expect(list).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await wait).toEqual(success);
    expect(list).toHaveBeenCalledTimes(1);
  } finally {
    vi.useRealTimers();
  }
});

test("who may not see all operations reads the one that he waits for", async () => {
  vi.useFakeTimers();
  try {
    const look = () => Promise.reject(new ApiError({ status: 403, serverMessage: "", request: "GET", address: "" }));
    const operations = { get: () => Promise.resolve(success), wait: notAsked };
    const wait = waitOperation({ hub: silent, operations, look, opening: 1 }, running, {});
    await vi.advanceTimersByTimeAsync(61_000);
    expect(await wait).toEqual(success);
  } finally {
    vi.useRealTimers();
  }
});
