import { startFakeServer } from "@lxdkit/testing";
import { expect, test } from "vitest";
import { hostStage } from "../src/host-stage.test-support.ts";
import { main as planAndApply } from "./plan-and-apply.ts";
import { main as preseed } from "./preseed.ts";

test("plan and apply", async () => {
  await using server = await startFakeServer({ initialised: false });
  const lines: string[] = [];
  expect(await planAndApply(hostStage({ server }).access, (line) => void lines.push(line))).toEqual([
    "storage pool default",
    "network lxdbr0",
    "profile default",
  ]);
  expect(lines.join("\n")).toContain('how: POST /1.0/storage-pools {"name":"default","driver":"dir"}');
  expect(lines.at(-1)).toBe("3/3 profile default: done");
});

test("preseed", async () => {
  await using server = await startFakeServer();
  const { again, dump } = await preseed(server.socketPath);
  expect(again).toBe(0);
  expect(dump).toContain("name: small");
});
