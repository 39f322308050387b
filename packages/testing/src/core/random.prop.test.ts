import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom, randomMac, randomName, randomUuid } from "./random.ts";

test("a seed decides everything, and every form is well made", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const draw = (): string[] => {
        const random = createRandom(seed);
        return [randomUuid(random), randomMac(random, "00:16:3e"), randomName(random)];
      };
      const [uuid, mac, name] = draw();
      expect(draw()).toEqual([uuid, mac, name]);
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(mac).toMatch(/^00:16:3e(:[0-9a-f]{2}){3}$/);
      expect(name).toMatch(/^[a-z]+-[a-z]+$/);
    }),
  );
});
