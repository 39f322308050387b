import { expect, test } from "vitest";
import { formatConstraints } from "./format-constraints.ts";
import { parseConstraints } from "./parse-constraints.ts";

const everything =
  "cores=2 mem=4G arch=arm64 root-disk=20G root-disk-source=fast virt-type=virtual-machine instance-type=t2.micro zones=a,b";

test("every constraint, and the same written again", () => {
  const constraints = parseConstraints(everything);
  expect(constraints).toEqual({
    cores: 2,
    mem: 4096,
    arch: "arm64",
    rootDisk: 20_480,
    rootDiskSource: "fast",
    virtType: "virtual-machine",
    instanceType: "t2.micro",
    zones: ["a", "b"],
  });
  expect(formatConstraints(constraints)).toBe(
    "arch=arm64 cores=2 instance-type=t2.micro mem=4G root-disk=20G root-disk-source=fast virt-type=virtual-machine zones=a,b",
  );
  expect(formatConstraints({})).toBe("");
});

test.each([
  ["", {}],
  [" \n\t", {}],
  ["mem=512", { mem: 512 }],
  ["mem=512MiB", { mem: 512 }],
  ["mem=1.5G", { mem: 1536 }],
  ["mem=0.3M", { mem: 1 }],
  ["mem=2T", { mem: 2_097_152 }],
  ["root-disk=1P", { rootDisk: 1_073_741_824 }],
  ["cores=0 mem=0", { cores: 0, mem: 0 }],
  ["arch=x86_64", { arch: "amd64" }],
  ["instance-type=c2-m4=x", { instanceType: "c2-m4=x" }],
  ["\tcores=1\r\n arch=s390x ", { cores: 1, arch: "s390x" }],
])("%j", (text, constraints) => {
  expect(parseConstraints(text)).toEqual(constraints);
});

// text, code, and the caret below the text
test.each([
  ["cores=2 memory=4G", "CONSTRAINT_UNKNOWN", "        ^"],
  ["cores=2 fast", "CONSTRAINT_MALFORMED", "        ^"],
  ["=2", "CONSTRAINT_UNKNOWN", "^"],
  ["__proto__=2", "CONSTRAINT_UNKNOWN", "^"],
  ["cores=2 cores=3", "CONSTRAINT_REPEATED", "        ^"],
  ["cores=", "CONSTRAINT_BAD_VALUE", "      ^"],
  ["cores=2x", "CONSTRAINT_BAD_VALUE", "       ^"],
  ["cores=-1", "CONSTRAINT_BAD_VALUE", "      ^"],
  ["cores=99999999999999999999", "CONSTRAINT_BAD_VALUE", "      ^"],
  ["mem=4X", "CONSTRAINT_BAD_VALUE", "     ^"],
  ["mem=4iB", "CONSTRAINT_BAD_VALUE", "     ^"],
  ["mem=4.", "CONSTRAINT_BAD_VALUE", "      ^"],
  ["mem=4GX", "CONSTRAINT_BAD_VALUE", "      ^"],
  ["mem=9999999P", "CONSTRAINT_BAD_VALUE", "    ^"],
  ["arch=x86", "CONSTRAINT_BAD_VALUE", "     ^"],
  ["arch=xamd64", "CONSTRAINT_BAD_VALUE", "     ^"],
  ["virt-type=kvm", "CONSTRAINT_BAD_VALUE", "          ^"],
  ["zones=a,,b", "CONSTRAINT_BAD_VALUE", "        ^"],
  ["zones=,", "CONSTRAINT_BAD_VALUE", "      ^"],
  ["cores=2\nmem=x", "CONSTRAINT_BAD_VALUE", "            ^"],
  ["instance-type=😀 mem=x", "CONSTRAINT_BAD_VALUE", "                    ^"],
])("%j points at the mistake", (text, code, caret) => {
  const line = text.replaceAll("\n", " ");
  expect(() => parseConstraints(text)).toThrow(
    expect.objectContaining({ name: "ConstraintsError", code, pointer: `  ${line}\n  ${caret}` }),
  );
});

test("the message says where, and shows it; the position counts from 0", () => {
  expect(() => parseConstraints("cores=2 mem=4X")).toThrow(
    expect.objectContaining({
      position: 13,
      message: "mem must be a size such as 512M or 4G, at character 14\n  cores=2 mem=4X\n               ^",
    }),
  );
});

test("a long text is cut around the mistake", () => {
  const text = `zones=${"a,".repeat(200)}b cores=x zones=${"a".repeat(200)}`;
  expect(() => parseConstraints(text)).toThrow(
    expect.objectContaining({ pointer: expect.stringMatching(/^ {2}[a,]+b cores=x zones=a{5,60}\n {62}\^$/) }),
  );
});
