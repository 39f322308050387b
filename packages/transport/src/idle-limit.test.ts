import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { limitIdle } from "./idle-limit.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

test("the time counts from the last touch, and its end is told once", async () => {
  let times = 0;
  const idle = limitIdle(100, () => (times += 1));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(times).toBe(0);
  idle.touch();
  await vi.advanceTimersByTimeAsync(80);
  idle.touch();
  await vi.advanceTimersByTimeAsync(80);
  expect(times).toBe(0);
  await vi.advanceTimersByTimeAsync(21);
  expect(times).toBe(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(times).toBe(1);
  idle.touch();
  await vi.advanceTimersByTimeAsync(101);
  expect(times).toBe(2);
});

test("no time counts while it rests, nor after it was stopped", async () => {
  let times = 0;
  const idle = limitIdle(100, () => (times += 1));
  idle.touch();
  idle.rest();
  await vi.advanceTimersByTimeAsync(1_000);
  idle.touch();
  idle.stop();
  idle.touch();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(times).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("what came while the process was held up counts", async () => {
  vi.useRealTimers();
  const { port1, port2 } = new MessageChannel();
  let isOver = false;
  const idle = limitIdle(20, () => {
    isOver = true;
  });
  const read = new Promise<void>((resolve) => {
    port2.on("message", () => {
      idle.touch();
      resolve();
    });
  });
  idle.touch();
  port1.postMessage("");
  // Longer than the limit: when the loop goes on, the timer is due before anything is read.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
  await read;
  await new Promise(setImmediate);
  expect(isOver).toBe(false);
  idle.stop();
  port1.close();
});

test("zero is no limit", () => {
  const idle = limitIdle(0, () => expect.fail("there is no limit"));
  idle.touch();
  expect(vi.getTimerCount()).toBe(0);
});
