import fc from "fast-check";
import { expect, test } from "vitest";
import type { Call } from "./call.ts";
import { shrink } from "./shrink.ts";

const call = (path: string): Call => ({ method: "GET", path });

test("what is left are the calls that the failure needs, in their order", async () => {
  const cases = fc
    .uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 24 })
    .chain((numbers) => fc.tuple(fc.constant(numbers), fc.subarray(numbers, { minLength: 1 })));
  await fc.assert(
    fc.asyncProperty(cases, async ([numbers, needed]) => {
      const sequence = { name: "s", calls: numbers.map((number) => call(`/${String(number)}`)) };
      const wanted = needed.map((number) => `/${String(number)}`);
      const shortest = await shrink(
        sequence,
        ({ calls }) => Promise.resolve(wanted.every((path) => calls.some((one) => one.path === path))),
        { attempts: 500 },
      );
      expect(shortest.calls.map(({ path }) => path)).toEqual(wanted);
    }),
  );
});

test("it gives up after the attempts it may make", async () => {
  const calls = Array.from({ length: 20 }, (_, index) => call(`/${String(index)}`));
  let tried = 0;
  const shortest = await shrink(
    { name: "s", calls },
    () => {
      tried += 1;
      return Promise.resolve(false);
    },
    { attempts: 7 },
  );
  expect([tried, shortest.calls.length]).toEqual([7, 20]);
});
