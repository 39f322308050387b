import fc from "fast-check";
import { expect, test } from "vitest";
import { formatByteSize, parseByteSize } from "./byte-size.ts";
import { LxdkitError } from "./lxdkit-error.ts";

const suffix = fc.constantFrom("", "B", " bytes", "kB", "MB", "GB", "TB", "PB", "EB", "KiB", "MiB", "GiB", "EiB");

test("what is written is read back exactly", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 63n) - 1n }), (bytes) => {
      expect(parseByteSize(formatByteSize(bytes))).toBe(bytes);
    }),
  );
});

test("any amount with any suffix is read or overflows", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 1n << 70n }), suffix, (amount, unit) => {
      let bytes: bigint;
      try {
        bytes = parseByteSize(`${amount}${unit}`);
      } catch (error) {
        expect(error).toMatchObject({ code: "BYTE_SIZE_OVERFLOW" });
        return;
      }
      expect(amount === 0n ? bytes : bytes % amount).toBe(0n);
      expect(bytes < 1n << 63n).toBe(true);
    }),
  );
});

test("any text is read or refused with an error of lxdkit", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{1,3} ?[kKMGi]{0,3}[bB]?$/)), (text) => {
      try {
        expect(parseByteSize(text)).toBeTypeOf("bigint");
      } catch (error) {
        expect(LxdkitError.is(error)).toBe(true);
      }
    }),
  );
});
