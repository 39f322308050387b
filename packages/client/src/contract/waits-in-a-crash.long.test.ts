import { openTestbed } from "@lxdkit/testbed";
import { missingBed } from "@lxdkit/testbed/vitest";
import { createRandom } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { createClient } from "../client.ts";
import { crashAmidChanges, importBigImage, untoldKind } from "./changes-in-a-crash.ts";

const isCi = process.env["LXDKIT_LONG"] === "ci";
const count = Number(process.env["LXDKIT_COUNT"] ?? (isCi ? 2 : 20));
const seed = Number(process.env["LXDKIT_SEED"] ?? 1);

const reason = missingBed();
const suffix = reason === undefined ? "" : ` (not here: ${reason})`;

test.skipIf(reason !== undefined)(
  `after ${String(count)} kills at random moments (seed ${String(seed)}) each wait tells what came of it${suffix}`,
  async () => {
    const random = createRandom(seed);
    for (let round = 1; round <= count; round += 1) {
      const flavour = round % 2 === 1 ? "lxd" : "incus";
      const [answers, ends] = [random(), random()];
      await using bed = await openTestbed({ flavour });
      await importBigImage(bed);
      await using connection = connectUnix({ socketPath: bed.socketPath });
      const { changes, endedBefore, unanswered } = await crashAmidChanges(bed, createClient(connection), {
        prefix: "c",
        each: 5,
        killWhen: ({ answered, ended, all }) => answered > answers * all || ended > ends * all,
      });
      const say = `round ${String(round)}: ${flavour}, ${String(endedBefore)} ended, ${String(unanswered)} unanswered`;
      const wrong = changes.filter(({ kind, outcome, isThere }) =>
        outcome === "OPERATION_GONE" ? kind !== untoldKind : outcome !== (isThere ? "done" : "OPERATION_FAILED"),
      );
      expect({ say, wrong }).toEqual({ say, wrong: [] });
    }
  },
);
