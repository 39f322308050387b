import { expect, test } from "vitest";
import { resultsOf } from "./comparison.ts";
import { formatJson, formatTable } from "./report.ts";

const setting = { server: "LXD 5.0.2", rounds: 1, node: "20.19.0", cores: 2 };
const results = resultsOf({
  job: "delete",
  ours: { title: "lxdkit delete", seconds: [1] },
  theirs: [
    { title: "lxc delete", seconds: [10], goal: 0.15 },
    { title: "slow", seconds: [4], goal: 0.15 },
  ],
});

test("the table says of each goal whether it was reached", () => {
  const lines = formatTable(setting, results).split("\n");
  expect(lines[0]).toBe("LXD 5.0.2, Node 20.19.0, 2 cores, 1 rounds; seconds");
  expect(lines.find((line) => line.includes("lxc delete"))).toMatch(/10\.000.* 0\.10 .*<= 0\.15 reached/);
  expect(lines.find((line) => line.includes("slow"))).toMatch(/4\.000.* 0\.25 .*<= 0\.15 missed/);
});

test("the JSON has every measurement", () => {
  expect(JSON.parse(formatJson(setting, results))).toMatchObject({
    server: "LXD 5.0.2",
    results: [{ seconds: [1] }, { seconds: [10], ratio: 0.1 }, { seconds: [4], ratio: 0.25 }],
  });
});
