import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { createManualClock } from "../core/clock.ts";
import type { CommandRunner } from "@lxdkit/protocol";
import { createFakeRunner } from "./fake-runner.ts";

test("a runner gives canned output and codes, and records how it was called", async () => {
  const runner = createFakeRunner({ replies: { "lxd --version": { stdout: "5.0.2\n" } } });
  runner.on(/^apt-get install/, { exitCode: 100, stderr: "E: Unable to locate package lxd\n" });
  runner.on(
    ({ command }) => command === "cat",
    ({ input = "" }) => ({ stdout: input }),
  );
  runner.on("true");
  expect(await runner.run("lxd", ["--version"])).toEqual({ exitCode: 0, stdout: "5.0.2\n", stderr: "" });
  expect(await runner.run("apt-get", ["install", "lxd"], { env: { A: "b" }, cwd: "/x" })).toMatchObject({
    exitCode: 100,
  });
  expect(await runner.run("cat", [], { input: "hello" })).toMatchObject({ stdout: "hello" });
  expect(await runner.run("true")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  runner.assertCommands(["lxd --version", "apt-get install lxd", "cat", "true"]);
  expect(runner.commands[1]).toMatchObject({ command: "apt-get", env: { A: "b" }, cwd: "/x", input: undefined });
  expect(() => runner.assertCommands(["lxd --version"])).toThrow("apt-get install lxd");
  runner.assertExpected();
});

test("a command that nobody expected is refused with what was, also when that is swallowed", async () => {
  const runner = createFakeRunner({ replies: { "snap list": {} } });
  runner.on(/^snap install/);
  const swallowing = async (run: CommandRunner): Promise<void> => {
    await run("snap", ["refresh", "lxd"]).catch(() => undefined);
  };
  await swallowing(runner.run);
  await expect(runner.run("rm", ["-rf", "a b"])).rejects.toMatchObject({
    code: "FAKE_COMMAND_UNEXPECTED",
    message: "nobody expected the command: rm -rf 'a b'",
    hint: "Expected are: snap list; /^snap install/.",
  });
  expect(() => runner.assertExpected()).toThrow("commands were run that nobody expected");
  expect(runner.commands).toHaveLength(2);
  await expect(createFakeRunner().run("ls")).rejects.toMatchObject({ hint: "No command is expected." });
});

test("rules take turns: the first one that is not used up answers", async () => {
  const runner = createFakeRunner();
  runner.on("systemctl is-active lxd", { exitCode: 3 }, { times: 2 });
  const active = runner.on("systemctl is-active lxd", { stdout: "active\n" });
  const codes = [];
  for (let at = 0; at < 4; at += 1) codes.push((await runner.run("systemctl", ["is-active", "lxd"])).exitCode);
  expect([codes, active.hits]).toEqual([[3, 3, 0, 0], 2]);
});

test("a program that is missing fails as Node says it", async () => {
  const runner = createFakeRunner();
  const program = ["lxdkit", "no", "such", "program"].join("-");
  runner.on(`${program} --help`, { spawnError: "ENOENT" });
  const real = await new Promise((resolve) => spawn(program, ["--help"]).on("error", resolve));
  const error = (await runner.run(program, ["--help"]).catch((reason: unknown) => reason)) as Error;
  const { code, errno, syscall, path, message } = real as NodeJS.ErrnoException;
  expect(error).toMatchObject({ code, errno, syscall, path, message });
});

test("output comes piece by piece on the runner's clock, and an abort ends it", async () => {
  const clock = createManualClock();
  const runner = createFakeRunner({ clock });
  runner.on("lxd init", { stdout: ["one\n", "two\n"], stderr: "warning\n", pieceMs: 100 });
  const seen: string[] = [];
  const onOutput = (text: string, stream: string): void => void seen.push(`${stream} ${text}`);
  const result = runner.run("lxd", ["init"], { onOutput });
  await clock.advance(200);
  expect(seen).toEqual(["stdout one\n", "stdout two\n"]);
  await clock.advance(200);
  expect(await result).toEqual({ exitCode: 0, stdout: "one\ntwo\n", stderr: "warning\n" });
  expect(seen.at(-1)).toBe("stderr warning\n");
  const controller = new AbortController();
  const aborted = runner.run("lxd", ["init"], { signal: controller.signal });
  const reason = new Error("enough");
  await expect.poll(() => clock.pending).toBe(1);
  controller.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  await expect(runner.run("lxd", ["init"], { signal: controller.signal })).rejects.toBe(reason);
  expect(runner.commands).toHaveLength(2);
});
