import fc from "fast-check";
import { expect, test } from "vitest";
import { compareVersions, isVersionAtLeast, parseVersion, type Version } from "./version.ts";

const part = fc.nat(999_999_999);
const version: fc.Arbitrary<Version> = fc.record({ major: part, minor: part, patch: part });
const written = ({ major, minor, patch }: Version): string => `${major}.${minor}.${patch}`;

test("a version is read back from its text", () => {
  fc.assert(
    fc.property(version, (value) => {
      expect(parseVersion(written(value))).toEqual(value);
    }),
  );
});

test("the order is total: one of two is at least the other, and both only when they are the same", () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
      expect(isVersionAtLeast(written(a), written(b)) || isVersionAtLeast(written(b), written(a))).toBe(true);
      expect(compareVersions(a, b) === 0).toBe(written(a) === written(b));
    }),
  );
});

test("any text is a version or is not, without throwing", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-z. ]{0,20}$/)), (text) => {
      const value = parseVersion(text);
      if (value === undefined) expect(isVersionAtLeast(text, "0.0")).toBe(false);
      else expect(text.replaceAll(/\b0+(?=[0-9])/g, "").trim()).toContain(`${value.major}.${value.minor}`);
    }),
  );
});
