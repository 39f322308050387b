import { setTimeout as delay } from "node:timers/promises";
import { type Instance, LxdkitError } from "@lxdkit/protocol";
import { openTestbed, type Testbed } from "@lxdkit/testbed";
import { missingBed } from "@lxdkit/testbed/vitest";
import { createRandom } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";

const isCi = process.env["LXDKIT_LONG"] === "ci";
const count = Number(process.env["LXDKIT_COUNT"] ?? (isCi ? 10 : 100));
const seed = Number(process.env["LXDKIT_SEED"] ?? 1);

/** Some kills come after the end of a launch. */
const share = 1.2;

const reason = missingBed();
const suffix = reason === undefined ? "" : ` (not here: ${reason})`;

/** What came of a launch: the name of the container that was reported as created, or the error. */
type Outcome = { readonly created: string } | { readonly error: unknown };

function open(bed: Testbed): Promise<Server> {
  return openServer(connectUnix({ socketPath: bed.socketPath }));
}

/** Launches a container, kills the server after so many milliseconds and starts it again. */
async function launchAndKill(bed: Testbed, name: string | undefined, afterMs: number): Promise<Outcome> {
  await using server = await open(bed);
  const image = await server.findImageByAlias("tiny");
  const launch: Promise<Outcome> = server
    .createContainer({ image, ...(name === undefined ? {} : { name }) }, { waitFor: "address" })
    .then(
      (made) => ({ created: made.name }),
      (error: unknown) => ({ error }),
    );
  await delay(afterMs);
  await bed.killMember();
  await bed.startMember();
  return await launch;
}

/** How long a launch takes here, in milliseconds. */
async function usualMs(server: Server): Promise<number> {
  const image = await server.findImageByAlias("tiny");
  const begun = performance.now();
  const { name } = await server.createContainer({ image }, { waitFor: "address" });
  const ended = performance.now();
  await server.removeContainer(name, { force: true });
  return ended - begun;
}

/** What contradicts the outcome, in words; nothing when all is as it was told. */
function contradictions(outcome: Outcome, there: readonly Instance[]): string[] {
  if ("created" in outcome) {
    const found = there.map(({ name, status }) => `${name} ${status}`);
    const wanted = `${outcome.created} Running`;
    return found.length === 1 && found[0] === wanted ? [] : [`told of ${wanted}, there is ${found.join(", ")}`];
  }
  const { error } = outcome;
  if (!LxdkitError.is(error)) return [`not an error of ours: ${String(error)}`];
  const isReported = ["CLEANUP_FAILED", "CONTAINER_UNREAD"].includes(error.code);
  return there.flatMap(({ name, status }) =>
    isReported && error.message.includes(name) ? [] : [`${name} is ${status}, the error is ${error.message}`],
  );
}

async function imagesAndProfiles({ client }: Server): Promise<unknown> {
  const images = await client.images.list();
  const profiles = await client.profiles.list();
  return {
    images: images.map(({ fingerprint, aliases }) => ({ fingerprint, aliases })),
    profiles: profiles.map(({ name, config, devices }) => ({ name, config, devices })),
  };
}

test.skipIf(reason !== undefined)(
  `of ${String(count)} launches whose server is killed at a random moment (seed ${String(seed)}) each is told as it is${suffix}`,
  async () => {
    const random = createRandom(seed);
    for (const [turn, flavour] of (["lxd", "incus"] as const).entries()) {
      await using bed = await openTestbed({ flavour });
      await using server = await open(bed);
      const before = await imagesAndProfiles(server);
      const longestMs = share * (await usualMs(server));
      for (let round = 1 + turn; round <= count; round += 2) {
        // Some are named by the server, whose answer may be lost.
        const name = random() < 0.8 ? `k${String(round)}` : undefined;
        const afterMs = Math.floor(random() * longestMs);
        const outcome = await launchAndKill(bed, name, afterMs);
        const there = await server.client.instances.list();
        const say = `round ${String(round)}: ${flavour} killed after ${String(afterMs)} ms`;
        expect({ say, wrong: contradictions(outcome, there) }).toEqual({ say, wrong: [] });
        await server.removeContainers(
          there.map((instance) => instance.name),
          { force: true },
        );
      }
      expect(await imagesAndProfiles(server)).toEqual(before);
      expect(await server.client.instances.list()).toEqual([]);
    }
  },
);
