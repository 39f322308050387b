import { expect, test } from "vitest";
import { createEditQueue } from "./edit-queue.ts";

interface Step {
  readonly work: () => Promise<string>;
  readonly end: () => void;
}

/** Work that is noted when it begins, and goes on until it is told to end. */
function stepIn(begun: string[]): (name: string) => Step {
  return (name) => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const work = async (): Promise<string> => {
      begun.push(name);
      await ended;
      return name;
    };
    return { work, end: () => end() };
  };
}

test("work on one object is done in turn, on others at once", async () => {
  const queue = createEditQueue();
  const begun: string[] = [];
  const step = stepIn(begun);
  const [a, b, other] = [step("a"), step("b"), step("other")];
  const done = [
    queue.inTurn("x", a.work, undefined),
    queue.inTurn("x", b.work, undefined),
    queue.inTurn("y", other.work, undefined),
  ];
  await expect.poll(() => begun).toEqual(["a", "other"]);
  a.end();
  await expect.poll(() => begun).toEqual(["a", "other", "b"]);
  b.end();
  other.end();
  expect(await Promise.all(done)).toEqual(["a", "b", "other"]);
});

test("a failure is that of its own work alone", async () => {
  const queue = createEditQueue();
  const failed = queue.inTurn("x", () => Promise.reject(new Error("bad")), undefined);
  const next = queue.inTurn("x", () => Promise.resolve(1), undefined);
  await expect(failed).rejects.toThrow("bad");
  expect(await next).toBe(1);
});

test("who gives up waiting does nothing, and whoever is behind still waits", async () => {
  const queue = createEditQueue();
  const begun: string[] = [];
  const step = stepIn(begun);
  const [a, b, c] = [step("a"), step("b"), step("c")];
  const first = queue.inTurn("x", a.work, undefined);
  const controller = new AbortController();
  const second = queue.inTurn("x", b.work, controller.signal);
  const third = queue.inTurn("x", c.work, undefined);
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(second).rejects.toBe(reason);
  expect(begun).toEqual(["a"]);
  a.end();
  c.end();
  expect(await Promise.all([first, third])).toEqual(["a", "c"]);
  expect(begun).toEqual(["a", "c"]);
});
