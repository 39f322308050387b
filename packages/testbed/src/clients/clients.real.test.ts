import { afterAll, beforeAll, test } from "vitest";
import { describeOnServers } from "../vitest/index.ts";
import type { ClientScript } from "./client-script.ts";
import { eventScript } from "./event-script.ts";
import { imageScript } from "./image-script.ts";
import { insideScript } from "./inside-script.ts";
import { instanceScript } from "./instance-script.ts";
import { networkScript } from "./network-script.ts";
import { type PreparedFake, startPreparedFake } from "./prepare-fake.ts";
import { runScript } from "./run-script.ts";
import { serverScript } from "./server-script.ts";
import { storageScript } from "./storage-script.ts";

/** A script is some seconds of work, but on a busy machine. */
const patience = { timeout: 240_000 };

describeOnServers("the real client on a fake and", (server) => {
  const scripts: readonly ClientScript[] = [
    instanceScript,
    insideScript,
    imageScript,
    networkScript,
    storageScript,
    serverScript,
    eventScript,
  ].map((script) => script(server.flavour));
  let fake: PreparedFake;

  beforeAll(async () => {
    fake = await startPreparedFake(server.flavour);
  });

  afterAll(() => fake.close());

  const both = async (script: ClientScript): Promise<readonly (readonly [string | undefined, string])[]> => {
    const [onFake, onServer] = await Promise.all([runScript(script, fake), runScript(script, server)]);
    return onServer.map((result, index) => [onFake[index], result]);
  };
  const beside = scripts.filter(({ isAlone }) => isAlone !== true);
  test.concurrent.for(beside)("$title", patience, async (script, { expect }) => {
    for (const [onFake, onServer] of await both(script)) expect.soft(onFake).toBe(onServer);
  });
  test.for(scripts.filter(({ isAlone }) => isAlone))("$title", patience, async (script, { expect }) => {
    for (const [onFake, onServer] of await both(script)) expect.soft(onFake).toBe(onServer);
  });
});
