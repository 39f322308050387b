import { expect, test } from "vitest";
import { instanceTypeLimits } from "./instance-type.ts";

test.each([
  ["", {}],
  ["c2-m4", { "limits.cpu": "2", "limits.memory": "4096MB" }],
  ["m2-c1", { "limits.cpu": "1", "limits.memory": "2048MB" }],
  ["c0.5-m0.2", { "limits.cpu": "1", "limits.cpu.allowance": "50%", "limits.memory": "204MB" }],
  ["c1.5", { "limits.cpu": "2", "limits.cpu.allowance": "75%" }],
])("%j stands for %j", (type, limits) => {
  expect(instanceTypeLimits(type, "lxd")).toEqual(limits);
});

test("Incus counts memory in other units", () => {
  expect(instanceTypeLimits("m1", "incus")).toEqual({ "limits.memory": "1024MiB" });
});

test.each(["t2.micro", "aws:t2.micro", "c", ":", "c1-"])("%j is unknown", (type) => {
  expect(() => instanceTypeLimits(type, "lxd")).toThrow(`Provided instance type doesn't exist: ${type}`);
});
