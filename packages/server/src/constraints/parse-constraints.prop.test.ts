import fc from "fast-check";
import { expect, test } from "vitest";
import { ConstraintsError } from "./constraints-error.ts";
import type { Constraints } from "./constraints.ts";
import { formatConstraints } from "./format-constraints.ts";
import { parseConstraints } from "./parse-constraints.ts";

const word = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => /^\S+$/u.test(text));
const size = fc.oneof(fc.nat(), fc.bigInt({ min: 0n, max: (1n << 43n) - 1n }).map(Number));

const constraints: fc.Arbitrary<Constraints> = fc.record(
  {
    cores: fc.maxSafeNat(),
    mem: size,
    arch: fc.constantFrom("amd64", "arm64", "armhf", "i386", "ppc64el", "s390x", "riscv64"),
    rootDisk: size,
    rootDiskSource: word,
    virtType: fc.constantFrom("container", "virtual-machine"),
    instanceType: word,
    zones: fc.array(
      word.filter((text) => !text.includes(",")),
      { minLength: 1 },
    ),
  },
  { requiredKeys: [] },
);

test("what is written is read back, in any order of the words and with any blanks between them", () => {
  fc.assert(
    fc.property(constraints, fc.infiniteStream(fc.nat()), fc.stringMatching(/^[ \t\n]+$/), (wanted, order, blanks) => {
      const text = formatConstraints(wanted);
      expect(parseConstraints(text)).toEqual(wanted);
      const words = text.split(" ").map((one) => ({ one, at: order.next().value }));
      const shuffled = words.toSorted((a, b) => a.at - b.at).map(({ one }) => one);
      expect(parseConstraints(blanks + shuffled.join(blanks) + blanks)).toEqual(wanted);
    }),
  );
});

const names = fc.constantFrom("cores", "mem", "arch", "root-disk", "root-disk-source", "virt-type", "zones", "x", "");
const nearly = fc
  .array(fc.tuple(names, fc.constantFrom("=", "", "=="), fc.oneof(fc.string(), fc.stringMatching(/^[0-9.,MGTPiB]*$/))))
  .map((parts) => parts.map((part) => part.join("")).join(" "));

test("any text is read or refused by its own error, which points into the text", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), nearly), (text) => {
      try {
        const read = parseConstraints(text);
        expect(parseConstraints(formatConstraints(read))).toEqual(read);
      } catch (error) {
        if (!(error instanceof ConstraintsError)) throw error;
        expect(error.position).toBeGreaterThanOrEqual(0);
        expect(error.position).toBeLessThanOrEqual(text.length);
        expect(error.pointer.split("\n")).toHaveLength(2);
      }
    }),
    { numRuns: 500 },
  );
});
