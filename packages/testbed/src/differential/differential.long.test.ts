import type { Flavour } from "@lxdkit/protocol";
import { startFakeServer } from "@lxdkit/testing";
import { expect, test } from "vitest";
import { missingBed } from "../vitest/index.ts";
import { openOwnBed } from "./own-bed.ts";
import { regressions } from "./regressions/index.ts";
import { formatReport, reportOf, shortfalls } from "./report.ts";
import { makeSequences } from "./sequences.ts";
import { compareOn, type Comparison, openFake, openReal } from "./side-by-side.ts";
import { tellDivergence, titleOf } from "./tell-divergence.ts";

const fullSize = 10_000;
const isCi = process.env["LXDKIT_LONG"] === "ci";
const count = Number(process.env["LXDKIT_COUNT"] ?? (isCi ? fullSize / 10 : fullSize));
const seed = Number(process.env["LXDKIT_SEED"] ?? 1);

/** Names of areas, with commas between them, when others are not of interest. */
const only = process.env["LXDKIT_AREAS"]?.split(",");

/** So many divergences are shrunk, which takes a while; what else differs is often the same, and has a line each. */
const mostTold = Number(process.env["LXDKIT_TOLD"] ?? 10);

const reason = missingBed();
const suffix = reason === undefined ? "" : ` (not here: ${reason})`;

test.skipIf(reason !== undefined).each<Flavour>(["lxd", "incus"])(
  `the fake %s does what the real one does in ${String(count)} calls (seed ${String(seed)})${suffix}`,
  async (flavour) => {
    await using bed = await openOwnBed(flavour);
    const real = await openReal(bed);
    const fake = await openFake(bed, real.side, startFakeServer);
    const comparisons: Comparison[] = [];
    const told: string[] = [];
    for (const sequence of [...regressions, ...makeSequences({ flavour, seed, count, only })]) {
      const comparison = await compareOn({ real, fake }, sequence);
      if (comparison.divergences.length > 0) {
        const isShrunk = told.length < mostTold;
        told.push(isShrunk ? await tellDivergence({ real, fake }, comparison) : titleOf(comparison));
      }
      if (!regressions.includes(sequence)) comparisons.push(comparison);
    }
    await Promise.all([fake.close(), real.close()]);
    const report = reportOf(comparisons, { flavour, only });
    const differ = comparisons.filter(({ divergences }) => divergences.length > 0).length;
    process.stdout.write(
      `${flavour}, seed ${String(seed)}: ${formatReport(report)}\n${String(differ)} sequences differ\n`,
    );
    expect(told.join("\n\n")).toBe("");
    expect(count < fullSize || only !== undefined ? [] : shortfalls(report)).toEqual([]);
  },
);
