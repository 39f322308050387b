import { createHash, randomBytes } from "node:crypto";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));

describeOnServers("lxdkit exec", (real) => {
  const name = "cli-exec";
  const start = (args: readonly string[], options: object = {}) =>
    execa(process.execPath, [program, ...args], {
      reject: false,
      stdin: "ignore",
      stripFinalNewline: false,
      env: { ...real.environment },
      ...options,
    });

  beforeAll(async () => {
    const { exitCode, stderr } = await start(["launch", "tiny", name]);
    if (exitCode !== 0) throw new Error(stderr);
  });

  afterAll(async () => {
    await start(["delete", "--force", name]);
  });

  test.each([0, 7, 126, 127])("the exit code of the command is that of the program: %i", async (code) => {
    expect(await start(["exec", name, "--", "sh", "-c", `exit ${String(code)}`])).toMatchObject({
      exitCode: code,
      stdout: "",
      stderr: "",
    });
  });

  test("death by a signal, and a command that is not there", async () => {
    expect(await start(["exec", name, "--", "sh", "-c", "kill -9 $$"])).toMatchObject({ exitCode: 137 });
    expect(await start(["exec", name, "--", "no-such-command"])).toMatchObject({ exitCode: 127 });
  });

  test("output and errors are apart; variables, folder and user are the caller's", async () => {
    const script = 'echo "$GREETING $PWD"; id -u >&2';
    const options = ["--env", "GREETING=hello", "--cwd", "/tmp", "--user", "1000"];
    expect(await start(["exec", name, ...options, "--", "sh", "-c", script])).toMatchObject({
      exitCode: 0,
      stdout: "hello /tmp\n",
      stderr: "1000\n",
    });
  });

  test("ten megabytes of input arrive as they are", async () => {
    const input = randomBytes(10 * 1024 ** 2);
    const { stdout } = await start(["exec", name, "--", "sha256sum"], { stdin: "pipe", input });
    expect(stdout).toBe(`${createHash("sha256").update(input).digest("hex")}  -\n`);
  });

  test("the end of the command is the end, also when the input goes on", async () => {
    // Never ends by itself.
    const input = new PassThrough();
    input.write("one\ntwo\n");
    const first = start(["exec", name, "--", "head", "-n", "1"], { stdin: ["pipe", input] });
    expect(await first).toMatchObject({ exitCode: 0, stdout: "one\n" });
    expect(await start(["exec", "--no-stdin", name, "--", "cat"], { stdin: "pipe", input: "x" })).toMatchObject({
      exitCode: 0,
      stdout: "",
    });
  });

  test("a terminal is given on demand, and a signal goes to the command", async () => {
    // LXD 5.0.2 loses what a command writes to a terminal in its last moment, so this one goes on until it is told.
    const script = "trap 'exit 4' TERM; test -t 0 && test -t 1 || exit 1; echo yes; while :; do sleep 0.1; done";
    const tty = start(["exec", "--tty", name, "--", "sh", "-c", script]);
    for await (const line of tty.iterable()) if (line.startsWith("yes")) tty.kill("SIGTERM");
    expect(await tty).toMatchObject({ exitCode: 4, stdout: "yes\r\n" });

    const child = start([
      "exec",
      name,
      "--",
      "sh",
      "-c",
      "trap 'echo caught; exit 3' TERM; echo ready; while :; do sleep 0.1; done",
    ]);
    for await (const line of child.iterable()) if (line === "ready") child.kill("SIGTERM");
    expect((await child).exitCode).toBe(3);
  });

  test("an instance that is not there, or does not run, is told apart", async () => {
    expect(await start(["exec", "no-such", "--", "true"])).toMatchObject({ exitCode: 3, stdout: "" });
    await real.run([real.flavour === "lxd" ? "lxc" : "incus", "init", "tiny", "cli-stopped"]);
    const stopped = await start(["exec", "cli-stopped", "--", "true"]);
    expect(stopped).toMatchObject({ exitCode: 5, stdout: "", stderr: expect.stringContaining("not running") });
    await start(["delete", "cli-stopped"]);
    expect(await start(["exec", name])).toMatchObject({ exitCode: 2 });
  });

  test("the reader of the output may go away", async () => {
    const script = `${process.execPath} ${program} exec ${name} -- yes | head -n 1`;
    const { stdout } = await execa("sh", ["-c", script], { stdin: "ignore", env: { ...real.environment } });
    expect(stdout).toBe("y");
  });
});
