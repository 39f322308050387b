import * as fc from "fast-check";
import { expect, test } from "vitest";
import { freeSubnet, subnetsOverlap } from "./free-subnet.ts";

const byte = fc.nat({ max: 255 });
const subnet = fc
  .tuple(fc.constantFrom("10.0", "172.20", "192.168", "10.9"), byte, byte, fc.integer({ min: 16, max: 32 }))
  .map(([start, c, d, length]) => `${start}.${String(c)}.${String(d)}/${String(length)}`);

test("what is found shares no address with what is in use", () => {
  fc.assert(
    fc.property(fc.array(subnet, { maxLength: 5 }), fc.integer(), (used, seed) => {
      const found = freeSubnet({ used, random: (limit) => Math.abs(seed) % limit });
      expect(used.filter((one) => subnetsOverlap(one, found))).toEqual([]);
    }),
  );
});
