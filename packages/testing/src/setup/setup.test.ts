import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSelfSignedCertificate } from "@lxdkit/certificates";
import type { Flavour, Instance, InstanceState } from "@lxdkit/protocol";
import { describe, expect, test } from "vitest";
import { get, send, succeeds } from "../contract/raw-http.ts";
import { sendTls } from "../contract/raw-https.ts";
import { createManualClock, systemClock } from "../core/clock.ts";
import { createRandom } from "../core/random.ts";
import { type FakeServer, startFakeServer } from "../fake-server.ts";
import { withInstance } from "./with-instance.ts";
import {
  withAlias,
  withCertificate,
  withImage,
  withNetwork,
  withPool,
  withProfile,
  withProject,
} from "./with-objects.ts";
import { targetOf } from "../fake-target.ts";

async function metadata(fake: FakeServer, path: string): Promise<unknown> {
  return (await get(targetOf(fake), path)).metadata;
}

const setup = [
  withProject({ name: "p1", config: { "features.images": "false" } }),
  withProfile({ name: "small", config: { "limits.cpu": "1" } }),
  withNetwork({ name: "br1", config: { "ipv4.address": "10.9.8.1/24" } }),
  withPool({ name: "fast" }),
  withImage({ aliases: ["tiny"], properties: { os: "tiny" } }),
  withAlias({ name: "other", target: "tiny" }),
  withInstance({ name: "c1", status: "Running", profiles: ["default", "small"], image: "other" }),
  withInstance({ name: "c2", project: "p1", devices: { root: { type: "disk", path: "/", pool: "fast" } } }),
  withInstance({ name: "c3", status: "Frozen", devices: { eth0: { type: "nic", network: "br1" } } }),
];

describe.each<Flavour>(["lxd", "incus"])("a prepared %s", (flavour) => {
  test("has what it was given", async () => {
    await using fake = await startFakeServer({ flavour, setup });
    const c1 = (await metadata(fake, "/1.0/instances/c1")) as Instance;
    expect([c1.status, c1.expanded_config["limits.cpu"], c1.config["image.os"]]).toEqual(["Running", "1", "tiny"]);
    const state = (await metadata(fake, "/1.0/instances/c1/state")) as InstanceState;
    expect(state.network?.["eth0"]?.addresses.map(({ family, scope }) => `${family} ${scope}`)).toEqual([
      "inet global",
      "inet6 global",
      "inet6 link",
    ]);
    expect(await metadata(fake, "/1.0/instances/c2?project=p1")).toMatchObject({ project: "p1", status: "Stopped" });
    expect(await metadata(fake, "/1.0/instances/c3")).toMatchObject({ status: "Frozen" });
    expect(await metadata(fake, "/1.0/networks/br1")).toMatchObject({ used_by: ["/1.0/instances/c3"] });
    expect(await metadata(fake, "/1.0/storage-pools/fast")).toMatchObject({
      used_by: ["/1.0/instances/c2?project=p1"],
    });
    expect(await metadata(fake, "/1.0/images/aliases?project=p1")).toHaveLength(2);
    const stop = { action: "stop", force: true, timeout: -1 };
    await succeeds(targetOf(fake), await send(targetOf(fake), "PUT", "/1.0/instances/c1/state", { body: stop }));
  });

  test("can be saved as JSON and started again, with the same answers and what runs still running", async () => {
    const paths = [
      ...["instances?all-projects=true&recursion=2", "profiles?recursion=1", "projects?recursion=1"],
      ...["networks?recursion=1", "images?recursion=1", "images/aliases?recursion=1", "networks/br1/leases"],
      "storage-pools/fast",
    ];
    const answers = (fake: FakeServer): Promise<unknown[]> =>
      Promise.all(paths.map((path) => metadata(fake, `/1.0/${path}`)));
    // What is used of the processor grows with time, which stands still here.
    const clock = { ...systemClock, now: () => Date.UTC(2026, 0, 1) };
    await using first = await startFakeServer({ flavour, setup, clock });
    const saved = JSON.stringify(first.save());
    const state = JSON.parse(saved) as ReturnType<FakeServer["save"]>;
    await using second = await startFakeServer({ state, clock });
    expect(second.flavour).toBe(flavour);
    expect(await answers(second)).toEqual(await answers(first));
    expect(JSON.stringify(second.save())).toBe(saved);
    // The two share nothing.
    const target = targetOf(second);
    const stop = { action: "stop", force: true, timeout: -1 };
    await succeeds(target, await send(target, "PUT", "/1.0/instances/c1/state", { body: stop }));
    expect(await metadata(first, "/1.0/instances/c1")).toMatchObject({ status: "Running" });
    expect(await metadata(second, "/1.0/networks/br1")).toMatchObject({ used_by: ["/1.0/instances/c3"] });
  });

  test("is the same each time with the same seed and clock", async () => {
    const directory = await mkdtemp(join(tmpdir(), "lxdkit-seed-"));
    const saved = async (): Promise<string> => {
      const clock = createManualClock();
      await using fake = await startFakeServer({ flavour, setup, clock, random: createRandom(3), directory });
      return JSON.stringify(fake.save());
    };
    expect(await saved()).toBe(await saved());
    await rm(directory, { recursive: true });
  });
});

test("a certificate that is trusted from the start lets its owner in over HTTPS", async () => {
  const pair = await createSelfSignedCertificate({ usage: "client", commonName: "me@here" });
  await using fake = await startFakeServer({
    https: true,
    setup: [withCertificate({ certificate: pair.certificate })],
  });
  const answer = await sendTls(targetOf(fake), "GET", "/1.0/certificates?recursion=1", { pair });
  expect(answer.metadata).toMatchObject([{ name: "me@here", type: "client" }]);
  expect((await sendTls(targetOf(fake), "GET", "/1.0/certificates")).status).toBe(403);
});

test("an image that is not there yet is an error of the test", async () => {
  await expect(startFakeServer({ setup: [withAlias({ name: "a", target: "b" })] })).rejects.toThrow("no image b yet");
  await expect(startFakeServer({ setup: [withInstance({ name: "c", image: "b" })] })).rejects.toThrow("no image b yet");
});
