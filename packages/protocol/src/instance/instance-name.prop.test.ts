import fc from "fast-check";
import { expect, test } from "vitest";
import { checkInstanceName, isInstanceName } from "./instance-name.ts";

const inner = fc.stringMatching(/^[A-Za-z0-9-]{0,61}$/);
const edge = fc.stringMatching(/^[A-Za-z0-9]$/);
const letter = fc.stringMatching(/^[A-Za-z]$/);

test("both families accept letters, digits and hyphens between a letter and a letter or digit", () => {
  fc.assert(
    fc.property(letter, inner, edge, (first, middle, last) => {
      expect(isInstanceName(first + middle + last, "lxd")).toBe(true);
      expect(isInstanceName(first + middle + last, "incus")).toBe(true);
    }),
  );
});

test("whatever LXD accepts, Incus accepts", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_.-]{0,70}$/), (name) => {
      expect(isInstanceName(name, "lxd") && !isInstanceName(name, "incus")).toBe(false);
    }),
  );
});

test("the check throws exactly for names that are not accepted", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 70 }), fc.constantFrom("lxd" as const, "incus" as const), (name, flavour) => {
      if (isInstanceName(name, flavour)) {
        checkInstanceName(name, flavour);
      } else {
        expect(() => {
          checkInstanceName(name, flavour);
        }).toThrow(expect.objectContaining({ code: "BAD_INSTANCE_NAME" }));
      }
    }),
  );
});
