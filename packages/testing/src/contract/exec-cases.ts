import assert from "node:assert/strict";
import type { Operation } from "@lxdkit/protocol";
import type { ContractCase } from "./contract-case.ts";
import { plainExec, runExec, startExec, withRunning } from "./own-exec.ts";
import { putFile, readFile } from "./own-files.ts";
import { bringTo, withInstance } from "./own-instance.ts";
import { assertDone, type Fields, of } from "./own-object.ts";
import { listenToEvents } from "./raw-events.ts";
import { assertRefused, assertSync, eventually, get, send } from "./raw-http.ts";

const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Commands in instances that run on pipes, or on nothing at all. */
export const execCases: readonly ContractCase[] = [
  {
    name: "a command without websockets is a task that ends with its status",
    async run(target) {
      await withRunning(target, async (path) => {
        const answer = await send(target, "POST", `${path}/exec`, { body: { command: ["sh", "-c", "exit 42"] } });
        assert.equal(answer.status, 202);
        const { class: kind, description, metadata, may_cancel } = answer.metadata as Operation;
        assert.deepEqual([kind, description, metadata, may_cancel], ["task", "Executing command", null, false]);
        // Incus tells a container here alone, and by a path that is none of its own.
        const containers = [of(target, { lxd: path.replace("instances", "containers"), incus: path })];
        assert.deepEqual((answer.metadata as Operation).resources, { containers, instances: [path] });
        const ended = await plainExec(target, path, { command: ["true"], user: null, group: null, environment: null });
        assert.deepEqual([ended.status, ended.metadata], ["Success", { return: 0 }]);
        assert.deepEqual((await plainExec(target, path, { command: ["false"] })).metadata, { return: 1 });
        const killed = await plainExec(target, path, { command: ["sh", "-c", "kill -9 $$"], interactive: true });
        assert.deepEqual([killed.status, killed.metadata], ["Success", { return: 137 }]);
      });
    },
  },
  {
    name: "a command that is not there or cannot be run fails, and so does one that only says so",
    async run(target) {
      await withRunning(target, async (path) => {
        await putFile(target, path, "/root/plain", "x");
        const cases = [
          [["no-such-command"], 127, "Command not found"],
          [[""], 127, "Command not found"],
          [["/root/none"], 127, "Command not found"],
          [["/root/plain"], 126, "Command not executable"],
          [["/root"], 126, "Command not executable"],
          [["sh", "-c", "exit 126"], 126, "Command not executable"],
          [["sh", "-c", "exit 127"], 127, "Command not found"],
        ] as const;
        for (const [command, status, text] of cases) {
          const ended = await plainExec(target, path, { command });
          assert.deepEqual([ended.status, ended.err, ended.metadata], ["Failure", text, { return: status }]);
        }
        const missing = await send(target, "POST", `${path}/exec`, { body: { command: ["no-such-command"] } });
        const waited = await get(target, `${missing.headers.location}/wait?timeout=10`);
        const told = waited.body as Fields;
        assert.deepEqual(of(target, { lxd: 0, incus: 400 }), told["error_code"]);
        const none = await plainExec(target, path, { command: [] });
        assert.deepEqual([none.err, none.metadata], ["Failed to retrieve PID of executing child process", null]);
      });
    },
  },
  {
    name: "outputs are kept in files when the caller wants that",
    async run(target) {
      await withRunning(target, async (path, name) => {
        const command = ["sh", "-c", "echo out; echo err >&2; exit 3"];
        const { id, metadata } = await plainExec(target, path, { command, "record-output": true });
        const folder = `/1.0/instances/${name}/logs/${of(target, { lxd: "", incus: "exec-output/" })}`;
        const [stdout, stderr] = [`${folder}exec_${id}.stdout`, `${folder}exec_${id}.stderr`];
        assert.deepEqual(metadata, { return: 3, output: { "1": stdout, "2": stderr } });
        const out = await get(target, stdout);
        assert.deepEqual([out.status, out.text], [200, "out\n"]);
        assert.equal(out.headers["content-type"], "application/octet-stream");
        assert.equal(out.headers["content-disposition"], `inline;filename=exec_${id}.stdout`);
        assert.equal((await get(target, stderr)).text, "err\n");
        const list = (await get(target, folder.replace(/\/$/, ""))).metadata as string[];
        assert.deepEqual(
          list.filter((url) => url.includes("exec_")),
          [stderr, stdout],
        );
        assertDone(await send(target, "DELETE", stdout));
        const gone = await get(target, stdout);
        assertRefused(gone, of(target, { lxd: 500, incus: 404 }), /^open .*\.stdout: no such file or directory$/);
        assertRefused(await send(target, "DELETE", stdout), 404, /^remove .*\.stdout: no such file or directory$/);
        assertDone(await send(target, "DELETE", stderr));
      });
    },
  },
  {
    name: "a command runs in the environment and where the caller wants, else at home",
    async run(target) {
      const extra = { config: { "environment.FROM_CONFIG": "1", "environment.BOTH": "config" } };
      const use = async (path: string): Promise<void> => {
        const environment = { A: "b c", BOTH: "caller" };
        const script = 'echo "$A|$BOTH|$FROM_CONFIG|$HOME|$USER|$LANG|$PATH|$TERM|$container"; pwd';
        const exec = await startExec(target, path, { command: ["sh", "-c", script], environment });
        assert.deepEqual(exec.metadata["environment"], {
          ...environment,
          FROM_CONFIG: "1",
          HOME: "/root",
          LANG: "C.UTF-8",
          PATH: usualPath,
          USER: "root",
        });
        await exec.end();
        await exec.sockets["1"]?.closed;
        const line = `b c|caller|1|/root|root|C.UTF-8|${usualPath}||lxc\n/root\n`;
        assert.equal(exec.sockets["1"]?.received, line);
        const other = await runExec(target, path, {
          command: ["sh", "-c", 'pwd; id -u; id -g; echo "$HOME|$USER"'],
          ...{ user: 1000, group: 1001, cwd: "/tmp" },
        });
        assert.equal(other.out, "/tmp\n1000\n1001\n|\n");
        const lost = await runExec(target, path, { command: ["pwd"], cwd: "/no/such", user: 5 });
        assert.equal(lost.out, "/\n");
      };
      await withRunning(target, use, extra);
    },
  },
  {
    name: "a command on websockets reads its input to the end, and writes its two outputs apart",
    async run(target) {
      await withRunning(target, async (path) => {
        const command = ["sh", "-c", "cat; echo err >&2; exit 3"];
        const exec = await startExec(target, path, { command });
        const { fds, ...metadata } = exec.metadata;
        assert.deepEqual(Object.keys(fds as Fields), ["0", "1", "2", "control"]);
        const containers = of(target, { lxd: { containers: [path.replace("instances", "containers")] }, incus: {} });
        const { resources } = (await get(target, exec.operation)).metadata as Operation;
        assert.deepEqual(resources, { ...(containers as Fields), instances: [path] });
        const environment = { HOME: "/root", LANG: "C.UTF-8", PATH: usualPath, USER: "root" };
        assert.deepEqual(metadata, { command, environment, interactive: false });
        const { "0": stdin, "1": stdout, "2": stderr, control } = exec.sockets;
        stdin?.send(Buffer.from("one\n"));
        // An empty binary frame is no end.
        stdin?.send(Buffer.alloc(0));
        stdin?.send(Buffer.from("two\n"));
        stdin?.sendEnd();
        const ended = await exec.end();
        const codes = [await stdin?.closed, await stdout?.closed, await stderr?.closed, await control?.closed];
        assert.deepEqual(codes, [1006, 1006, 1006, 1006]);
        assert.deepEqual([stdout?.received, stderr?.received], ["one\ntwo\n", "err\n"]);
        assert.deepEqual([stdout?.texts, stderr?.texts, stdin?.texts], [[""], [""], []]);
        assert.deepEqual([ended.status, ended.metadata], ["Success", { ...exec.metadata, return: 3 }]);
        assert.equal(stdout?.pings[0], "keepalive");
      });
    },
  },
  {
    name: "an input ends with any text frame, and when its socket is closed",
    async run(target) {
      await withRunning(target, async (path) => {
        const closed = await startExec(target, path, { command: ["cat"] });
        closed.sockets["0"]?.send(Buffer.from("hello"));
        await eventually("it comes back", () => Promise.resolve(closed.sockets["1"]?.received || undefined));
        closed.sockets["0"]?.close();
        assert.deepEqual((await closed.end()).status, "Success");
        const texts = await startExec(target, path, { command: ["cat"] });
        texts.sockets["0"]?.send("text that nobody reads");
        await texts.end();
        await texts.sockets["1"]?.closed;
        assert.equal(texts.sockets["1"]?.received, "");
      });
    },
  },
  {
    name: "signals kill a command; so does a control socket that is closed, and without one an output that is",
    async run(target) {
      await withRunning(target, async (path) => {
        const command = ["sh", "-c", "echo up; exec sleep 60"];
        const statusOf = async (end: (exec: Awaited<ReturnType<typeof startExec>>) => void, names?: string[]) => {
          const exec = await startExec(target, path, { command }, names);
          await eventually("it is up", () => Promise.resolve(exec.sockets["1"]?.received || undefined));
          end(exec);
          return (await exec.end()).metadata["return"];
        };
        const signal = (number: number) => JSON.stringify({ command: "signal", signal: number });
        assert.equal(await statusOf(({ sockets }) => sockets["control"]?.send(signal(15))), 143);
        // What it does not understand is nothing, and neither is a signal that a process does not heed.
        const many = ["rubbish", '{"command":"dance"}', signal(28), signal(9)];
        const sendMany = (control: { send(data: string): void } | undefined): void => {
          for (const message of many) control?.send(message);
        };
        assert.equal(await statusOf(({ sockets }) => sendMany(sockets["control"])), 137);
        assert.equal(await statusOf(({ sockets }) => sockets["control"]?.close()), 137);
        assert.equal(await statusOf(({ sockets }) => sockets["1"]?.close(), ["0", "1", "2"]), 137);
      });
    },
  },
  {
    name: "a command waits five seconds for its websockets",
    async run(target) {
      await withRunning(target, async (path) => {
        const began = Date.now();
        const exec = await startExec(target, path, { command: ["true"] }, ["1"]);
        const ended = await exec.end();
        assert.deepEqual([ended.status, ended.err], ["Failure", "Timed out waiting for websockets to connect"]);
        assert.ok(Date.now() - began >= 4900);
        assert.equal(await exec.sockets["1"]?.closed, 1006);
      });
    },
  },
  {
    name: "an instance that is stopped takes its commands with it",
    async run(target) {
      await withRunning(target, async (path) => {
        const exec = await startExec(target, path, { command: ["sh", "-c", "echo up; sleep 60"] });
        await eventually("it is up", () => Promise.resolve(exec.sockets["1"]?.received || undefined));
        await bringTo(target, path, { action: "stop", force: true, timeout: -1 });
        assert.equal((await exec.end()).metadata["return"], 137);
      });
    },
  },
  {
    name: "commands that make no sense are refused",
    async run(target) {
      const nobody = "/1.0/instances/no-such-instance/exec";
      assertRefused(await send(target, "POST", nobody, { body: "{bad" }), 400);
      assertRefused(await send(target, "POST", nobody, { body: { command: ["true"] } }), 404);
      assertRefused(await get(target, nobody), 501, "not implemented");
      await withInstance(target, async (path) => {
        const ask = (body: unknown) => send(target, "POST", `${path}/exec`, { body });
        assertRefused(await ask({ command: ["true"] }), 400, "Instance is not running");
        assertRefused(await ask({ command: "true" }), 400, /^json: cannot unmarshal string /);
        await bringTo(target, path, { action: "start" });
        assertRefused(await ask({ command: ["true"], environment: { A: 1 } }), 400, /^json: cannot unmarshal number /);
        assertRefused(await ask({ command: ["true"], width: "x" }), 400, /^json: cannot unmarshal string /);
        assertRefused(await ask({ command: ["true"], user: -1 }), 400, /^json: cannot unmarshal number -1 /);
        const both = await ask({ command: ["true"], "wait-for-websocket": true, "record-output": true });
        if (target.flavour === "lxd") assert.equal(both.status, 202);
        else assertRefused(both, 400, 'Cannot use "record-output" in combination with "wait-for-websocket"');
        await bringTo(target, path, { action: "freeze" });
        assertRefused(await ask({ command: ["true"] }), 400, "Instance is frozen");
      });
    },
  },
  {
    name: "websockets of operations are refused to those who do not know the secret",
    async run(target) {
      const isLxd = target.flavour === "lxd";
      await withRunning(target, async (path) => {
        const exec = await startExec(target, path, { command: ["true"] }, []);
        const url = `${exec.operation}/websocket`;
        assertRefused(await get(target, url), 500, "missing secret");
        const wrong = await get(target, `${url}?secret=wrong`);
        assertRefused(wrong, isLxd ? 500 : 403, isLxd ? "permission denied" : "Forbidden");
        const { fds } = exec.metadata as { fds: Record<string, string> };
        const plain = await get(target, `${url}?secret=${fds["1"] ?? ""}`);
        assert.equal(plain.status, 400);
        assert.match(plain.text, /^Bad Request\n\{"type":"error".*'upgrade' token not found in 'Connection' header/);
        await exec.end();
        assertRefused(await get(target, url), 500, "Only running operations can be connected");
        const task = await send(target, "POST", `${path}/exec`, { body: { command: ["sleep", "1"] } });
        const other = await get(target, `${task.headers.location}/websocket?secret=x`);
        assertRefused(other, 500, "Only websocket operations can be connected");
        assertRefused(
          await send(target, "DELETE", task.headers.location ?? ""),
          400,
          "This operation can't be cancelled",
        );
      });
      const none = "/1.0/operations/4b1c9a60-1b1b-4b1b-8b1b-1b1b1b1b1b1b/websocket";
      assertRefused(await get(target, none), 400, isLxd ? "missing secret" : "Missing websocket secret");
      assertRefused(await get(target, `${none}?secret=x`), 404, "Operation not found");
    },
  },
  {
    name: "what a command does is told, and its status is in the last events of its operation",
    async run(target) {
      await withRunning(target, async (path, name) => {
        const events = await listenToEvents(target, "?type=lifecycle,operation");
        try {
          const command = ["sh", "-c", "echo x > /root/made"];
          const { id } = await plainExec(target, path, { command });
          const told = await events.find("instance-exec", ({ metadata }) => {
            const { action, source } = metadata as { action: string; source: string };
            return action === "instance-exec" && source === path;
          });
          const incus = { requestor: { username: "root", protocol: "unix", address: "@" }, name, project: "default" };
          assert.deepEqual(told.metadata, {
            action: "instance-exec",
            source: path,
            context: { command },
            ...of<Fields>(target, { lxd: {}, incus }),
          });
          const isEnd =
            (status: string) =>
            ({ metadata }: { metadata: unknown }) => {
              const seen = metadata as Operation;
              return seen.id === id && seen.status === status && (seen.metadata as Fields | null)?.["return"] === 0;
            };
          await events.find("the end", isEnd("Success"));
          await events.find("the status, while it still runs", isEnd("Running"));
          assert.equal((await readFile(target, path, "/root/made")).text, "x\n");
          assertSync(await get(target, `${path}/state`));
        } finally {
          events.close();
        }
      });
    },
  },
];
