import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatPreseed } from "./format-preseed.ts";
import { parsePreseed } from "./parse-preseed.ts";
import type { Preseed } from "./preseed.ts";
import { PreseedError } from "./preseed-error.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("yes", "0", "1.50", "null", "~", "a: b", "- x", ""),
);
const texts = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9._]{0,12}$/), text, { noNullPrototype: true });
const preseeds: fc.Arbitrary<Preseed> = fc.record(
  {
    config: texts,
    networks: fc.array(fc.record({ name, type: text, config: texts }, { requiredKeys: ["name"] })),
    storage_pools: fc.array(fc.record({ name, driver: text, description: text }, { requiredKeys: ["name"] })),
    profiles: fc.array(
      fc.record({ name, devices: fc.dictionary(name, texts, { noNullPrototype: true }) }, { requiredKeys: ["name"] }),
    ),
    cluster: fc.record({ enabled: fc.boolean(), server_name: text }, { requiredKeys: ["enabled"] }),
  },
  { requiredKeys: [] },
);

test("what is written is read back as it was", () => {
  fc.assert(
    fc.property(preseeds, (preseed) => {
      expect(parsePreseed(formatPreseed(preseed)).preseed).toEqual(preseed);
    }),
  );
});

test("any text is read, or refused with a line", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii" }), (given) => {
      try {
        parsePreseed(given);
      } catch (error) {
        expect(error).toBeInstanceOf(PreseedError);
        expect((error as PreseedError).problems[0]?.line).toBeGreaterThan(0);
      }
    }),
  );
});
