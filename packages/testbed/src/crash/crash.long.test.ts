import { createRandom } from "@lxdkit/testing";
import { expect, test } from "vitest";
import { crashOpener } from "./crash-opener.ts";
import { type BedTrace, leftovers } from "./leftovers.ts";
import { missingBed } from "../vitest/index.ts";

const isCi = process.env["LXDKIT_LONG"] === "ci";
const count = Number(process.env["LXDKIT_COUNT"] ?? (isCi ? 3 : 30));
const seed = Number(process.env["LXDKIT_SEED"] ?? 1);

// Opening takes about two seconds on a quiet machine, each pair of containers half a second more.
const longestMs = 6_000;

const reason = missingBed();
const suffix = reason === undefined ? "" : ` (not here: ${reason})`;

test.skipIf(reason !== undefined)(
  `of ${String(count)} programs killed at random moments (seed ${String(seed)}) none leaves anything${suffix}`,
  async () => {
    const random = createRandom(seed);
    for (let round = 1; round <= count; round += 1) {
      const flavour = random() < 0.5 ? "lxd" : "incus";
      const killAt = Math.floor(random() * longestMs);
      const withSupervisor = killAt > 500 && random() < 0.25;
      const trace: BedTrace = await crashOpener({ flavour, killAt, withSupervisor });
      const say = `round ${String(round)}: ${flavour} killed after ${String(killAt)} ms`;
      await expect.poll(() => leftovers(trace), { timeout: 60_000, interval: 200, message: say }).toEqual([]);
    }
  },
);
