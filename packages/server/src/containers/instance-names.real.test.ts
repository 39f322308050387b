import { isInstanceName } from "@lxdkit/protocol";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openServer } from "../server.ts";

const project = "e-names";

/** Names about where the rule says yes and no: short ones, and those of nearly the longest length. */
const letters = fc.constantFrom("a", "Z", "0", "9", "-", "_", ".", "é", " ");
const short = fc.array(letters, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
const plain = fc
  .array(fc.constantFrom("a", "Z", "0", "9", "-"), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(""));
const long = fc.tuple(plain, fc.integer({ min: 58, max: 66 })).map(([start, length]) => start.padEnd(length, "x"));

describeOnServers("names of instances", (real) => {
  test("the check says what the server says", { timeout: 120_000 }, async () => {
    await using server = await openServer(connectUnix({ socketPath: real.socketPath }));
    const { client } = server;
    await client.projects.create({
      name: project,
      config: { "features.images": "false", "features.profiles": "false" },
    });
    const { instances } = client.in({ project });
    try {
      await fc.assert(
        fc.asyncProperty(fc.oneof(short, plain, long), async (name) => {
          const answer = await instances
            .create({ name, source: { type: "none" } })
            .then((handle) => handle.wait())
            .then(
              () => "made",
              (error: unknown) => (error as { status?: number }).status ?? error,
            );
          expect(answer).toBe(isInstanceName(name, real.flavour) ? "made" : 400);
          if (answer === "made") await (await instances.delete(name)).wait();
        }),
        { numRuns: 150 },
      );
    } finally {
      await client.projects.delete(project);
    }
  });
});
