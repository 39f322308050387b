import { startFakeSnapd } from "@lxdkit/testing";
import { expect, test } from "vitest";
import { hostStage } from "../host-stage.test-support.ts";
import { createSnapManager } from "./snap-manager.ts";
import { createSnapd } from "./snapd.ts";

test("the channel of a snap is asked for and changed", async () => {
  await using snapd = await startFakeSnapd({ installed: { lxd: "5.0/stable" } });
  const manager = createSnapManager(createSnapd(hostStage({ snapd }).access));
  expect(await manager.installedChannel("lxd")).toBe("5.0/stable");
  expect(await manager.installedChannel("nosuch")).toBe("");
  const told: string[] = [];
  await manager.changeChannel("lxd", "latest/stable", { onProgress: (text) => void told.push(text) });
  expect(await manager.installedChannel("lxd")).toBe("latest/stable");
  await expect(manager.changeChannel("lxd", "9.9/stable")).rejects.toMatchObject({ code: "SNAP_CHANNEL_NOT_FOUND" });
  await expect(manager.changeChannel("nosuch", "latest")).rejects.toMatchObject({ code: "SNAP_NOT_INSTALLED" });
});

test("without snapd nothing is installed, and nothing can be changed", async () => {
  const manager = createSnapManager(createSnapd(hostStage().access));
  expect(await manager.installedChannel("lxd")).toBe("");
  await expect(manager.changeChannel("lxd", "latest/stable")).rejects.toMatchObject({ code: "SNAPD_NOT_FOUND" });
});
