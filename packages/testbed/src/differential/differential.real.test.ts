import { startFakeServer } from "@lxdkit/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeOnServers } from "../vitest/real-servers.ts";
import { findBug } from "./find-bug.ts";
import { openOwnBed } from "./own-bed.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { regressions } from "./regressions/index.ts";
import { makeSequences } from "./sequences.ts";
import { compareOn, openFake, openReal, type Performer, type SideTrace } from "./side-by-side.ts";
import { tellDivergence } from "./tell-divergence.ts";

// The same in each run, so that what it finds is known: by hand `npm run test:long` looks at other sequences.
const budget = { seed: 5, count: 300 };

describeOnServers("the fake beside a real server", ({ flavour }) => {
  const sequences = [...regressions, ...makeSequences({ ...budget, flavour })];
  const traces: SideTrace[] = [];
  let bed: Awaited<ReturnType<typeof openOwnBed>>;
  let real: Performer;

  beforeAll(async () => {
    bed = await openOwnBed(flavour);
    real = await openReal(bed);
  });

  afterAll(async () => {
    await real.close();
    await bed[Symbol.asyncDispose]();
  });

  test(`does what the real one does in ${String(sequences.length)} sequences of calls`, async () => {
    const fake = await openFake(bed, real.side, startFakeServer);
    const told: string[] = [];
    for (const sequence of sequences) {
      const comparison = await compareOn({ real, fake }, sequence);
      traces.push(comparison.real);
      if (comparison.divergences.length > 0) told.push(await tellDivergence({ real, fake }, comparison));
    }
    await fake.close();
    expect(told.join("\n\n")).toBe("");
  }, 300_000);

  test("the copy of the fake that bugs are planted in does it too", async () => {
    expect(await findBug({ bed, real: real.side, sequences, traces }, undefined)).toBeUndefined();
  }, 120_000);

  test.each(plantedBugs.filter((bug) => bug.flavour === flavour))(
    "and differs as soon as it has a bug: $name",
    async (bug) => {
      expect(await findBug({ bed, real: real.side, sequences, traces }, bug)).toEqual(expect.any(String));
    },
    120_000,
  );
});
