import fc from "fast-check";
import { expect, test } from "vitest";
import { debianArchitecture, kernelArchitecture } from "./architecture.ts";

// Row 24 of the cases of containers.
test.each([
  ["x86_64", "amd64"],
  [" amd64\n", "amd64"],
  ["aarch64", "arm64"],
  ["arm64", "arm64"],
  ["ppc64le", "ppc64el"],
  ["ppc64el", "ppc64el"],
  ["s390x", "s390x"],
  ["riscv64", "riscv64"],
  ["i386", "i386"],
  ["i686", "i386"],
  ["armv7l", "armhf"],
  ["armv8l", "armhf"],
  ["mips64", "mips64"],
  ["", ""],
])("Debian calls %j %j", (name, expected) => {
  expect(debianArchitecture(name)).toBe(expected);
});

test.each([
  ["amd64", "x86_64"],
  [" arm64 ", "aarch64"],
  ["i386", "i686"],
  ["armhf", "armv7l"],
  ["ppc64el", "ppc64le"],
  ["s390x", "s390x"],
  ["riscv64", "riscv64"],
  ["x86_64", "x86_64"],
  ["mips", "mips"],
])("the kernel calls %j %j", (name, expected) => {
  expect(kernelArchitecture(name)).toBe(expected);
});

test("Debian's names survive both ways", () => {
  const names = fc.constantFrom("amd64", "i386", "arm64", "armhf", "ppc64el", "s390x", "riscv64");
  fc.assert(
    fc.property(names, (name) => {
      expect(debianArchitecture(kernelArchitecture(name))).toBe(name);
    }),
  );
});

test("normalising twice is normalising once, for any text", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(debianArchitecture(debianArchitecture(text))).toBe(debianArchitecture(text));
      expect(kernelArchitecture(kernelArchitecture(text))).toBe(kernelArchitecture(text));
    }),
  );
});
