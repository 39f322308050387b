import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFilter } from "./filter.ts";
import { Refusal } from "./refusal.ts";

const flavour = fc.constantFrom("lxd" as const, "incus" as const);
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);

test("any text is read or refused, never anything else", () => {
  const words = fc.oneof(fc.constantFrom("not", "and", "or", "eq", "ne", '"', "name", "["), fc.string());
  fc.assert(
    fc.property(fc.array(words), flavour, (parts, family) => {
      try {
        expect(typeof parseFilter(parts.join(" "), family)({ name: "x" })).toBe("boolean");
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
  );
});

test("a name fits itself and no other name; not and ne turn that around", () => {
  fc.assert(
    fc.property(name, name, flavour, (wanted, found, family) => {
      const fits = (filter: string): boolean => parseFilter(filter, family)({ name: found });
      expect(fits(`name eq ${wanted}`)).toBe(wanted === found);
      expect(fits(`not name eq ${wanted}`)).toBe(wanted !== found);
      expect(fits(`name ne ${wanted}`)).toBe(wanted !== found);
    }),
  );
});
