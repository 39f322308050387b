import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateClientCertificate } from "@lxdkit/certificates";
import { type FakeServer, startFakeServer } from "@lxdkit/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type HostStage, hostStage } from "./host-stage.test-support.ts";
import { initialiseHost } from "./initialise-host.ts";
import { openAt, stateOf } from "./preseed/preseed.test-support.ts";
import type { HostWishes } from "./plan/host-wishes.ts";
import type { StepProgress } from "./steps/apply-steps.ts";

const all = ["install", "start", "wait", "storage pool", "network", "profile", "proxies", "listener", "trust"];
/** What a server has, and whom it trusts; one that is not installed has what a new one has. */
async function left(installed: FakeServer | undefined, flavour: "lxd" | "incus"): Promise<unknown> {
  const fake = installed ?? (await startFakeServer({ flavour, initialised: false }));
  const server = await openAt(fake.socketPath);
  const state = [await stateOf(server, fake.directory), await server.client.certificates.list()];
  await server.close();
  if (installed === undefined) await fake.close();
  return state;
}

const { certificatePem: certificate } = await generateClientCertificate();

describe.each(["lxd", "incus"] as const)("a fault at each single step, %s", (flavour) => {
  let directory: string;
  let installed: FakeServer | undefined;
  let stage: HostStage;
  const wishes: HostWishes = {
    flavour,
    proxies: { http: "http://p.test:1", https: "", noProxy: "" },
    listen: "127.0.0.1:0",
    trust: { name: "first", certificate },
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "lxdkit-faults-"));
    installed = undefined;
    stage = hostStage({
      environment: { [flavour === "lxd" ? "LXD_DIR" : "INCUS_DIR"]: directory },
      candidates: { lxd: "5.0.2", "incus-base": "6.0.4" },
    });
    // As with packages: what is installed does not run by itself here.
    stage.runner.on(/^apt-get install /, {});
    stage.runner.on(/^sh -c .*setsid/, async () => {
      installed ??= await startFakeServer({ flavour, directory, initialised: false });
      return {};
    });
  });

  afterEach(async () => {
    await installed?.close();
    await rm(directory, { recursive: true });
  });

  const cases = all.flatMap((id, at) => [
    { id, at: at + 1, state: "running" } as const,
    { id, at: at + 1, state: "done" } as const,
  ]);

  test.for(cases)("$state $id: what can be taken back is, and a second run succeeds", async ({ id, at, state }) => {
    const error = new Error("planted");
    const failing = ({ step, at: place, state: now, detail }: StepProgress): void => {
      expect(step.id.startsWith(all[place - 1] ?? "?")).toBe(true);
      // A step that changes nothing is never done.
      if (place === at && detail === undefined && (now === state || (id === "wait" && now === "unchanged")))
        throw error;
    };
    await expect(initialiseHost(stage.access, wishes, { onProgress: failing })).rejects.toMatchObject({
      code: "STEP_FAILED",
      cause: error,
      failed: { id: expect.stringContaining(id) },
      notUndone: [],
    });
    expect(await left(installed, flavour)).toEqual(await left(undefined, flavour));
    await initialiseHost(stage.access, wishes);
    expect(await initialiseHost(stage.access, wishes)).toEqual({ changed: [], unchanged: [] });
  });

  test.for([1, 2, 3, 4, 5, 6])("the server refuses its write %i: a second run succeeds", async (nth) => {
    installed = await startFakeServer({ flavour, directory, initialised: false });
    installed.failRequest({ where: ({ method }) => method !== "GET", status: 500, error: "no space", nth });
    await expect(initialiseHost(stage.access, wishes)).rejects.toMatchObject({
      code: "STEP_FAILED",
      message: expect.stringContaining("no space"),
    });
    await initialiseHost(stage.access, wishes);
    expect(await initialiseHost(stage.access, wishes)).toEqual({ changed: [], unchanged: [] });
  });

  test("what cannot be taken back is told", async () => {
    installed = await startFakeServer({ flavour, directory, initialised: false });
    installed.failRequest({ method: "PUT", path: "/1.0/profiles/default", status: 500, error: "no space" });
    installed.failRequest({ method: "DELETE", path: "/1.0/storage-pools/default", status: 500, error: "busy" });
    await expect(initialiseHost(stage.access, { flavour })).rejects.toMatchObject({
      undone: [{ id: `network ${flavour}br0` }],
      notUndone: [{ step: { id: "storage pool default" }, error: { message: expect.stringContaining("busy") } }],
      message: expect.stringContaining("storage pool default could not be taken back: "),
    });
    // The pool that was left is used.
    expect((await initialiseHost(stage.access, { flavour })).changed.map(({ id }) => id)).toEqual([
      `network ${flavour}br0`,
      "profile default",
    ]);
  });
});
