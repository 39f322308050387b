import { missingBed } from "@lxdkit/testbed/vitest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localHost } from "../host/local-host.ts";
import { type RealSnapd, startRealSnapd } from "./real-snapd.test-support.ts";
import { createSnapd, type Snapd } from "./snapd.ts";
import { createSnapManager } from "./snap-manager.ts";

const reason = missingBed();
const suffix = reason === undefined ? "" : ` (not here: ${reason})`;

describe.skipIf(reason !== undefined)(`a real snapd without a store${suffix}`, () => {
  let real: RealSnapd;
  const open = (limits: { readonly storeTimeoutMs?: number } = {}): Snapd =>
    createSnapd({ ...localHost({ environment: {}, snapdSocket: real.socketPath }), ...limits });

  beforeAll(async () => {
    real = await startRealSnapd();
  }, 120_000);

  afterAll(() => real[Symbol.asyncDispose]());

  test("answers what we read", async () => {
    const version = (): Promise<string> => open().version().catch(String);
    await expect.poll(version, { timeout: 20_000 }).toMatch(/^2\./);
    const snapd = open();
    expect(await snapd.list()).toEqual([]);
    expect(await snapd.find("lxd")).toBeUndefined();
    expect(await snapd.changes()).toEqual([]);
    expect(await createSnapManager(snapd).installedChannel("lxd")).toBe("");
  });

  test("a question to the store ends at our deadline with a typed error", async () => {
    const snapd = open({ storeTimeoutMs: 2_000 });
    await expect(snapd.channelsOf("lxd")).rejects.toMatchObject({ code: "SNAPD_TIMEOUT", hint: expect.any(String) });
  });

  test("a change of a snap that is not installed is refused", async () => {
    const snapd = open();
    await expect(snapd.change("lxd", { action: "refresh", channel: "latest/stable" })).rejects.toMatchObject({
      code: "SNAP_NOT_INSTALLED",
    });
  });
});
