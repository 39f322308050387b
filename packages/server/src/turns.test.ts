import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

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
  const turns = createTurns();
  const begun: string[] = [];
  const step = stepIn(begun);
  const [a, b, other] = [step("a"), step("b"), step("other")];
  const done = [
    turns.take("x", a.work, undefined),
    turns.take("x", b.work, undefined),
    turns.take("y", other.work, undefined),
  ];
  await expect.poll(() => begun).toEqual(["a", "other"]);
  a.end();
  await expect.poll(() => begun).toEqual(["a", "other", "b"]);
  b.end();
  other.end();
  expect(await Promise.all(done)).toEqual(["a", "b", "other"]);
});

test("a failure is that of its own work alone", async () => {
  const turns = createTurns();
  const failed = turns.take("x", () => Promise.reject(new Error("bad")), undefined);
  const next = turns.take("x", () => Promise.resolve(1), undefined);
  await expect(failed).rejects.toThrow("bad");
  expect(await next).toBe(1);
});

test("who gives up waiting does nothing, and whoever is behind still waits", async () => {
  const turns = createTurns();
  const begun: string[] = [];
  const step = stepIn(begun);
  const [a, b, c] = [step("a"), step("b"), step("c")];
  const first = turns.take("x", a.work, undefined);
  const controller = new AbortController();
  const second = turns.take("x", b.work, controller.signal);
  const third = turns.take("x", c.work, undefined);
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(second).rejects.toBe(reason);
  expect(begun).toEqual(["a"]);
  a.end();
  c.end();
  expect(await Promise.all([first, third])).toEqual(["a", "c"]);
  expect(begun).toEqual(["a", "c"]);
});

test("work on one thing is one after the other, also after a failure; on another one it is free", async () => {
  const turns = createTurns();
  const { signal } = new AbortController();
  const order: string[] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const failure = new Error("no");
  const first = turns.take(
    "a",
    async () => {
      await gate;
      order.push("first");
      throw failure;
    },
    signal,
  );
  const second = turns.take("a", async () => order.push("second"), signal);
  await turns.take("b", async () => order.push("other"), signal);
  open();
  await expect(first).rejects.toBe(failure);
  await second;
  expect(order).toEqual(["other", "first", "second"]);
});

test("whoever gives up waiting lets nobody pass", async () => {
  const reason = new Error("enough");
  const turns = createTurns();
  const { signal } = new AbortController();
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const order: string[] = [];
  const first = turns.take("a", () => gate.then(() => order.push("first")), signal);
  const ends = new AbortController();
  const given = turns.take("a", async () => order.push("given up"), ends.signal);
  const third = turns.take("a", async () => order.push("third"), signal);
  ends.abort(reason);
  await expect(given).rejects.toBe(reason);
  open();
  await Promise.all([first, third]);
  expect(order).toEqual(["first", "third"]);
});
