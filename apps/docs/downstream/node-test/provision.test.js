import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createManualClock, createRandom, startFakeServer, withImage } from "@lxdkit/testing";
import { call } from "../src/api.js";
import { provision } from "../src/provision.js";

const wanted = { name: "web", image: "debian/12", memory: "512MiB" };
const setup = [withImage({ aliases: ["debian/12"] })];

let fake;
before(async () => {
  fake = await startFakeServer({ setup });
});
after(() => fake.close());

test("a container runs and has an address", async () => {
  assert.match(await provision(fake.socketPath, wanted), /^10\./);
});

test("it still runs after the daemon was restarted", async () => {
  await fake.restart();
  const { metadata } = await call(fake.socketPath, "GET", "/1.0/instances/web");
  assert.equal(metadata.status, "Running");
});

test("the wait for the address takes as long as the lease does, without a test that waits", async () => {
  const clock = createManualClock();
  const random = createRandom(1);
  const slow = await startFakeServer({ setup, clock, random, createMs: 0, bootMs: 0, leaseMs: 30_000 });
  try {
    let isDone = false;
    const address = provision(slow.socketPath, { ...wanted, onWait: () => clock.advance(10_000) });
    void address.then(() => (isDone = true));
    // Until it asks for the address it is the test that moves the clock.
    while (!slow.requests.some(({ path }) => path.endsWith("/state") && path.includes("web"))) await clock.advance(1);
    while (!isDone) await clock.advance(1);
    assert.match(await address, /^10\./);
  } finally {
    await slow.close();
  }
});
