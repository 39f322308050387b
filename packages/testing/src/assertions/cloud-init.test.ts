import { expect, test } from "vitest";
import { assertCloudConfig } from "./cloud-init.ts";

test("user data is parsed", () => {
  expect(assertCloudConfig("#cloud-config\npackages:\n- vim\n")).toEqual({ packages: ["vim"] });
});

test.each([
  ["packages: []\n", "#cloud-config"],
  ["\n#cloud-config\npackages: []\n", "#cloud-config"],
  ["#cloud-config-archive\n- x\n", "#cloud-config"],
  ["#cloud-config\na: [\n", "no YAML"],
  ["#cloud-config\n- x\n", "YAML map"],
  ["#cloud-config\n", "YAML map"],
])("%j is none", (text, reason) => {
  expect(() => assertCloudConfig(text)).toThrow(reason);
});
