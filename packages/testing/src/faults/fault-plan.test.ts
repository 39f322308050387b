import { expect, test } from "vitest";
import { createFaultPlan, type FaultSchedule } from "./fault-plan.ts";

interface Named extends FaultSchedule {
  readonly name: string;
}

/** Which of the first `count` subjects are struck, counted from 1. */
function struckBy(schedule: FaultSchedule, count = 10): number[] {
  const plan = createFaultPlan<FaultSchedule, number>(() => true);
  plan.plant(schedule);
  return Array.from({ length: count }, (_, at) => at + 1).filter((at) => plan.strike(at) !== undefined);
}

test.each<[FaultSchedule, number[]]>([
  [{}, [1]],
  [{ nth: 3 }, [3]],
  [{ times: 2 }, [1, 2]],
  [{ nth: 4, times: 2 }, [4, 5]],
  [{ every: 3 }, [3, 6, 9]],
  [{ every: 3, times: 2 }, [3, 6]],
  [{ every: 3, nth: 2 }, [2, 5, 8]],
  [{ nth: 8, times: Number.POSITIVE_INFINITY }, [8, 9, 10]],
])("%o strikes %o", (schedule, expected) => {
  expect(struckBy(schedule)).toEqual(expected);
});

test("only what fits is counted", () => {
  const plan = createFaultPlan<Named, string>(({ name }, subject) => name === subject);
  plan.plant({ name: "b", nth: 2 });
  expect(["a", "b", "a", "b", "b"].map((subject) => plan.strike(subject)?.name)).toEqual([
    undefined,
    undefined,
    undefined,
    "b",
    undefined,
  ]);
});

test("faults for the same subject take turns: one that finds its place taken strikes the next", () => {
  const plan = createFaultPlan<Named, number>(() => true);
  for (const name of ["first", "second"]) plan.plant({ name });
  plan.plant({ name: "every", every: 2 });
  expect([1, 2, 3, 4, 5].map((at) => plan.strike(at)?.name)).toEqual(["first", "second", "every", "every", undefined]);
});

test("a fault counts its hits and can be taken away, also by leaving its block", () => {
  const plan = createFaultPlan<Named, number>(() => true);
  const planted = plan.plant({ name: "all", times: Number.POSITIVE_INFINITY });
  plan.strike(1);
  plan.strike(2);
  planted.remove();
  expect([planted.hits, plan.strike(3)]).toEqual([2, undefined]);
  {
    using scoped = plan.plant({ name: "scoped" });
    expect(scoped.hits).toBe(0);
  }
  expect([plan.strike(4), plan.isEmpty()]).toEqual([undefined, true]);
});
