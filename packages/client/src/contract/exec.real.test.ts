import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import { describeRoutes, type RouteContext } from "./route-cases.ts";
import { withInstance } from "./running-instance.ts";

/** A case in a running instance. */
function inside(run: (context: RouteContext) => Promise<void>): (context: RouteContext) => Promise<void> {
  return (context) => withInstance(context.client, context.name, () => run(context));
}

describeRoutes("exec", ({ covers, real }) => {
  /** What a shell says in the instance, by the server's own client program. */
  const outside = async (name: string, script: string): Promise<string> => {
    const program = real.flavour === "lxd" ? "lxc" : "incus";
    return (await real.run([program, "exec", name, "--", "sh", "-c", script])).stdout;
  };

  /** How many processes have these words. */
  const count = (name: string, words: string): Promise<string> =>
    outside(name, `ps | grep -c '[${words[0] ?? ""}]${words.slice(1)}' || true`);

  covers(
    ["POST /1.0/instances/{name}/exec", "GET /1.0/operations/{id}/websocket"],
    "exit codes are told as they are",
    inside(async ({ client, name, raw }) => {
      const codeOf = async (...command: string[]) => (await client.instances.exec.run(name, command)).exitCode;
      expect(await codeOf("true")).toBe(0);
      expect(await codeOf("sh", "-c", "exit 7")).toBe(7);
      expect(await codeOf("/etc/passwd")).toBe(126);
      expect(await codeOf("no-such-program")).toBe(127);
      expect(await codeOf("sh", "-c", "exit 127")).toBe(127);
      const killed = await client.instances.exec.run(name, ["sh", "-c", "kill -9 $$"]);
      expect(killed).toMatchObject({ exitCode: 137, signal: 9 });
      await using session = await client.instances.exec.open(name, ["sleep", "100"]);
      await session.sendSignal("SIGKILL");
      expect(await session.exit).toEqual({ exitCode: 137, signal: 9 });
      await expect(session.sendSignal(9)).rejects.toMatchObject({ code: "SESSION_ENDED" });
      const ended = (await raw("/1.0/operations?recursion=1")) as Record<string, { metadata?: { return?: number } }[]>;
      const codes = Object.values(ended).flatMap((list) => list.map(({ metadata }) => metadata?.return));
      expect(codes).toEqual(expect.arrayContaining([7, 126, 127, 137]));
    }),
  );

  covers(
    ["POST /1.0/instances/{name}/exec", "GET /1.0/operations/{id}/websocket"],
    "a command runs where, as whom and with what it is told, and its two outputs stay apart",
    inside(async ({ client, name }) => {
      const script = `pwd; id -u; id -g; echo "$GREETING"; echo problem >&2; touch "made by me"`;
      const options = { cwd: "/tmp", user: 65_534, group: 65_534, environment: { GREETING: "good day" } };
      const result = await client.instances.exec.run(name, ["sh", "-c", script], options);
      expect(result.stdout.toString()).toBe("/tmp\n65534\n65534\ngood day\n");
      expect(result.stderr.toString()).toBe("problem\n");
      expect(await outside(name, "stat -c '%u %g' '/tmp/made by me'")).toBe("65534 65534");
    }),
  );

  covers(
    ["POST /1.0/instances/{name}/exec", "GET /1.0/operations/{id}/websocket"],
    "ten megabytes go in and come out unchanged",
    inside(async ({ client, name }) => {
      const input = Buffer.alloc(10 * 1024 * 1024);
      for (let at = 0; at < input.length; at += 1) input[at] = (at * 31 + (at >> 8)) & 255;
      const hash = createHash("sha256").update(input).digest("hex");
      const summed = await client.instances.exec.run(name, ["sh", "-c", "tee /root/copy | sha256sum"], { input });
      expect(summed.stdout.toString()).toBe(`${hash}  -\n`);
      expect(await outside(name, "sha256sum < /root/copy")).toBe(`${hash}  -`);
      const echoed = await client.instances.exec.run(name, ["cat"], { input });
      expect(createHash("sha256").update(echoed.stdout).digest("hex")).toBe(hash);
    }),
  );

  covers(
    ["POST /1.0/instances/{name}/exec", "GET /1.0/operations/{id}/websocket"],
    "much output passes a slow reader in little memory",
    inside(async ({ client, name }) => {
      const size = 256 * 1024 * 1024;
      await using session = await client.instances.exec.open(name, ["head", "-c", String(size), "/dev/zero"]);
      session.stdin.end();
      const before = process.memoryUsage();
      let received = 0;
      let most = 0;
      let sinceRest = 0;
      for await (const chunk of session.stdout as AsyncIterable<Buffer>) {
        received += chunk.length;
        sinceRest += chunk.length;
        const { arrayBuffers } = process.memoryUsage();
        most = Math.max(most, arrayBuffers - before.arrayBuffers);
        // The reader is slower than the server.
        if (sinceRest > 32 * 1024 * 1024) {
          sinceRest = 0;
          await pause(20);
        }
      }
      expect(received).toBe(size);
      expect(most).toBeLessThan(64 * 1024 * 1024);
      expect(await session.exit).toEqual({ exitCode: 0 });
    }),
    { timeoutMs: 120_000 },
  );

  covers(
    ["POST /1.0/instances/{name}/exec", "GET /1.0/operations/{id}/websocket"],
    "twenty commands at once do not mix, and hundreds lose no word and no code",
    inside(async ({ client, name }) => {
      const run = async (at: number) => {
        const script = `cat; echo out ${String(at)}; echo err ${String(at)} >&2; exit ${String(at % 100)}`;
        const input = `in ${String(at)}\n`;
        const result = await client.instances.exec.run(name, ["sh", "-c", script], { input });
        return [result.exitCode, result.stdout.toString(), result.stderr.toString()];
      };
      for (let round = 0; round < 15; round += 1) {
        const numbers = Array.from({ length: 20 }, (_, at) => round * 20 + at);
        const results = await Promise.all(numbers.map(run));
        expect(results).toEqual(
          numbers.map((at) => [at % 100, `in ${String(at)}\nout ${String(at)}\n`, `err ${String(at)}\n`]),
        );
      }
    }),
    { timeoutMs: 120_000 },
  );

  covers(
    ["POST /1.0/instances/{name}/exec", "GET /1.0/operations/{id}/websocket"],
    "a command that leaves its input, its output or both is followed to its end",
    inside(async ({ client, name }) => {
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (;;) yield await Promise.resolve(Buffer.alloc(65_536));
      }
      const first = await client.instances.exec.run(name, ["head", "-c", "3"], { input: endless() });
      expect(first).toMatchObject({ exitCode: 0, stdout: Buffer.alloc(3) });
      const script = "exec 1>&-; sleep 0.3; echo late >&2; exit 3";
      const quiet = await client.instances.exec.run(name, ["sh", "-c", script], { input: endless() });
      expect([quiet.exitCode, quiet.stdout.toString(), quiet.stderr.toString()]).toEqual([3, "", "late\n"]);
      const unread = await client.instances.exec.run(name, ["cat"]);
      expect(unread).toMatchObject({ exitCode: 0, stdout: Buffer.alloc(0) });
    }),
  );

  covers(
    ["POST /1.0/instances/{name}/exec", "GET /1.0/operations/{id}/websocket"],
    "a dialogue with a shell on a terminal, its size, and an interruption",
    inside(async ({ client, name }) => {
      const size = { width: 100, height: 30 };
      const options = { interactive: true, size, environment: { TERM: "dumb", PS1: "ready> " } };
      await using shell = await client.instances.exec.open(name, ["sh", "-i"], options);
      let said = "";
      shell.stdout.on("data", (bytes: Buffer) => (said += bytes.toString()));
      const says = (text: string) => expect.poll(() => said, { timeout: 10_000 }).toContain(text);
      await says("ready> ");
      shell.stdin.write("stty size\n");
      await says("30 100\r\n");
      await shell.resize({ width: 71, height: 17 });
      shell.stdin.write("stty size\n");
      await says("17 71\r\n");
      shell.stdin.write("echo $((6 * 7)) > /root/answer; echo stored\n");
      await says("\nstored\r\n");
      expect(await outside(name, "cat /root/answer")).toBe("42");
      shell.stdin.write("sleep 400\n");
      await expect.poll(() => count(name, "sleep 400")).toBe("1");
      shell.stdin.write("\u0003");
      shell.stdin.write("echo status $?\n");
      await says("status 130\r\n");
      shell.stdin.write("exit 9\n");
      expect(await shell.exit).toEqual({ exitCode: 9 });
      expect(await buffer(shell.stderr)).toHaveLength(0);

      // LXD 5.0 loses what is written to a terminal in the last moment before the end.
      const script = `trap 'echo caught; sleep 1; exit 42' INT; echo waiting; while :; do sleep 0.1; done`;
      await using trapping = await client.instances.exec.open(name, ["sh", "-c", script], options);
      let heard = "";
      trapping.stdout.on("data", (bytes: Buffer) => (heard += bytes.toString()));
      await expect.poll(() => heard).toContain("waiting");
      await trapping.sendSignal("SIGINT");
      expect(await trapping.exit).toEqual({ exitCode: 42 });
      expect(heard).toContain("caught");
    }),
  );

  covers(
    ["POST /1.0/instances/{name}/exec", "GET /1.0/operations/{id}/websocket"],
    "an abort, a closing and too much output kill the command",
    inside(async ({ client, name }) => {
      const running = () => count(name, "sleep 500");
      const controller = new AbortController();
      const { signal } = controller;
      const aborted = client.instances.exec.run(name, ["sh", "-c", "exec sleep 500"], { signal });
      const reason = new Error("enough");
      await expect.poll(running).toBe("1");
      controller.abort(reason);
      await expect(aborted).rejects.toBe(reason);
      await expect.poll(running).toBe("0");

      const session = await client.instances.exec.open(name, ["sleep", "500"], { interactive: true });
      await expect.poll(running).toBe("1");
      await session.close();
      await expect(session.exit).rejects.toMatchObject({ code: "SESSION_CLOSED" });
      await expect.poll(running).toBe("0");

      const script = "yes & echo $! > /root/pid; wait";
      const flood = client.instances.exec.run(name, ["sh", "-c", script], { maxOutputBytes: 100_000 });
      await expect(flood).rejects.toMatchObject({ code: "EXEC_OUTPUT_TOO_LARGE" });
      await expect.poll(() => outside(name, "kill -0 $(cat /root/pid) 2>/dev/null; echo $?")).toBe("1");
    }),
  );

  covers(
    ["POST /1.0/instances/{name}/exec"],
    "without sockets: the output is kept by the server and deleted on request, or thrown away",
    inside(async ({ client, name, raw }) => {
      const script = "echo kept; echo apart >&2; exit 6";
      const recorded = await client.instances.exec.record(name, ["sh", "-c", script]);
      expect(recorded.exitCode).toBe(6);
      expect((await buffer(await recorded.stdout())).toString()).toBe("kept\n");
      expect((await buffer(await recorded.stderr())).toString()).toBe("apart\n");
      const folder = `/1.0/instances/${name}/logs${real.flavour === "lxd" ? "" : "/exec-output"}`;
      const kept = async () => ((await raw(folder)) as string[]).filter((url) => url.includes("exec_"));
      expect(await kept()).toHaveLength(2);
      await recorded.delete();
      expect(await kept()).toEqual([]);
      expect((await client.instances.exec.record(name, ["no-such-program"])).exitCode).toBe(127);

      const detached = await client.instances.exec.detach(name, ["sh", "-c", "echo done > /root/mark; exit 126"]);
      expect(await detached.exit()).toEqual({ exitCode: 126 });
      expect(await outside(name, "cat /root/mark")).toBe("done");
    }),
  );

  covers(["POST /1.0/instances/{name}/exec"], "an instance that is missing or stopped is told", async (context) => {
    const { client, name } = context;
    await expect(client.instances.exec.run(name, ["true"])).rejects.toMatchObject({ code: "NOT_FOUND" });
    await withInstance(
      client,
      name,
      async () => {
        const error = {
          name: "SessionError",
          code: "INSTANCE_NOT_RUNNING",
          message: expect.stringContaining(name),
        };
        await expect(client.instances.exec.run(name, ["true"])).rejects.toMatchObject(error);
        await expect(client.instances.exec.detach(name, ["true"])).rejects.toMatchObject(error);
        const start = { action: "start", timeout: -1, force: false, stateful: false } as const;
        await (await client.instances.setState(name, start)).wait();
        expect((await client.instances.exec.run(name, ["true"])).exitCode).toBe(0);
        await expect(client.instances.exec.run(name, [])).rejects.toMatchObject({ code: "OPERATION_FAILED" });
      },
      { isRunning: false },
    );
  });
});
