import { expect, test } from "vitest";
import { createManualClock, pause } from "./clock.ts";

test("timers run in the order of their time, also those that are set on the way", async () => {
  const clock = createManualClock(1000);
  const seen: string[] = [];
  clock.after(20, () => seen.push(`b${String(clock.now())}`));
  clock.after(10, () => {
    seen.push(`a${String(clock.now())}`);
    clock.after(5, () => seen.push(`c${String(clock.now())}`));
  });
  await clock.advance(19);
  expect(seen).toEqual(["a1010", "c1015"]);
  expect([clock.now(), clock.pending]).toEqual([1019, 1]);
  await clock.advance(1);
  expect(seen).toEqual(["a1010", "c1015", "b1020"]);
});

test("a timer that is called off does not run", async () => {
  const clock = createManualClock();
  let hasRun = false;
  clock.after(1, () => (hasRun = true))();
  await clock.advance(10);
  expect(hasRun).toBe(false);
});

test("a pause ends with its time, or with the signal's own reason", async () => {
  const clock = createManualClock();
  const controller = new AbortController();
  const reason = new Error("enough");
  const ended = pause(clock, 10);
  const aborted = pause(clock, 10, controller.signal);
  controller.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  expect(clock.pending).toBe(1);
  await clock.advance(10);
  await ended;
  await expect(pause(clock, 10, controller.signal)).rejects.toBe(reason);
});
