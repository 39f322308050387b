import { expect, test } from "vitest";
import { resultsOf } from "./comparison.ts";

test("the ratio is our median by the other one", () => {
  const [ours, theirs] = resultsOf({
    job: "launch",
    ours: { title: "lxdkit", seconds: [1, 2, 9] },
    theirs: [{ title: "lxc", seconds: [8, 1, 4], goal: 0.7 }],
  });
  expect(ours).not.toHaveProperty("ratio");
  expect(theirs).toMatchObject({ job: "launch", title: "lxc", ratio: 0.5, goal: 0.7 });
});
