import { isDeviceName } from "@lxdkit/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hostInterfaceName } from "./host-name.ts";

const machineId = fc
  .array(fc.nat({ max: 99_999 }), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.map(String).join("/lxd/"));

test("Linux takes every name of a host's end, and no two NICs of a machine share one", () => {
  fc.assert(
    fc.property(machineId, fc.nat({ max: 999 }), fc.nat({ max: 999 }), (id, a, b) => {
      expect(isDeviceName(hostInterfaceName(id, a))).toBe(true);
      expect(hostInterfaceName(id, a) === hostInterfaceName(id, b)).toBe(a === b);
    }),
  );
});
