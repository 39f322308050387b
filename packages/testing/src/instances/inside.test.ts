import type { Flavour } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { runExec, startExec } from "../contract/own-exec.ts";
import { readFile } from "../contract/own-files.ts";
import { eventually, get, send } from "../contract/raw-http.ts";
import { type FakeServer, type FakeServerOptions, startFakeServer } from "../fake-server.ts";
import { withInstance } from "../setup/with-instance.ts";
import { targetOf } from "../fake-target.ts";

const path = "/1.0/instances/c1";
const flavours: readonly Flavour[] = ["lxd", "incus"];

function start(options: FakeServerOptions): Promise<FakeServer> {
  return startFakeServer({ setup: [withInstance({ name: "c1", status: "Running" })], ...options });
}

test.each(flavours)("commands of the test's own are run, with all that they may want to know: %s", async (flavour) => {
  let seen: unknown;
  await using fake = await start({
    flavour,
    commands: {
      apt: async ({ args, stdin, stdout, environment, directory, uid, instance, files, run, terminal }) => {
        let input = "";
        for await (const bytes of stdin) input += String(bytes);
        seen = { args, input, greeting: environment["GREETING"], directory, uid, instance, terminal };
        files.write("/tmp/installed", args.join("\n"));
        stdout.write("done\n");
        return run(["sh", "-c", "echo inner; exit 9"]);
      },
      "/opt/tool": ({ name, stderr }) => void stderr.write(`${name} here\n`),
      broken: () => Promise.reject(new Error("out of luck")),
    },
  });
  const target = targetOf(fake);
  const body = { command: ["apt", "install", "x"], environment: { GREETING: "hi" }, cwd: "/tmp", user: 5 };
  expect(await runExec(target, path, body, "yes\n")).toMatchObject({ status: 9, out: "done\ninner\n", err: "" });
  expect(seen).toEqual({
    ...{ args: ["install", "x"], input: "yes\n", greeting: "hi", directory: "/tmp", uid: 5 },
    ...{ instance: { name: "c1", project: "default" }, terminal: undefined },
  });
  expect(fake.files("c1").read("/tmp/installed").toString()).toBe("install\nx");
  const tool = await runExec(target, path, { command: ["sh", "-c", "/opt/tool && apt < /dev/null > /root/log"] });
  expect(tool).toMatchObject({ status: 9, err: "/opt/tool here\n" });
  expect((await readFile(target, path, "/root/log")).text).toBe("done\ninner\n");
  expect(await runExec(target, path, { command: ["broken"] })).toMatchObject({
    status: 1,
    err: "broken: out of luck\n",
  });
});

test("a script that was written into an instance is run by the program that it names", async () => {
  await using fake = await start({});
  const files = fake.files("c1");
  files.write("/usr/local/bin/greet", '#!/bin/sh -e\necho "hello $1"\nfalse\necho never\n');
  files.change("/usr/local/bin/greet", { mode: 0o755 });
  const target = targetOf(fake);
  expect(await runExec(target, path, { command: ["greet", "you"] })).toMatchObject({ status: 1, out: "hello you\n" });
});

test.each(flavours)(
  "what is inside an instance is saved, and the saved state is not changed by what follows: %s",
  async (flavour) => {
    await using fake = await start({ flavour });
    const target = targetOf(fake);
    fake.files("c1").write("/root/kept", "\u00e4 and \0");
    await send(target, "POST", `${path}/metadata/templates?path=a.tpl`, { body: "template" });
    await send(target, "PATCH", `${path}/metadata`, { body: { properties: { mine: "1" } } });
    await runExec(target, path, { command: ["sh", "-c", "echo said > /dev/console"] });
    const saved = fake.save();
    fake.files("c1").write("/root/kept", "changed");

    await using again = await startFakeServer({ state: JSON.parse(JSON.stringify(saved)) as typeof saved });
    const other = targetOf(again);
    expect(again.files("c1").read("/root/kept").toString()).toBe("\u00e4 and \0");
    expect((await get(other, `${path}/metadata/templates?path=a.tpl`)).text).toBe("template");
    expect((await get(other, `${path}/metadata`)).metadata).toMatchObject({ properties: { mine: "1" } });
    expect((await get(other, `${path}/console`)).text).toMatch(/c1 login: said\r\n$/);
  },
);

test("processes are listed, and killed by each other", async () => {
  await using fake = await start({});
  const target = targetOf(fake);
  const sleeping = await startExec(target, path, { command: ["sh", "-c", "echo up; exec sleep 60"] });
  await eventually("it is up", () => Promise.resolve(sleeping.sockets["1"]?.received || undefined));
  const listed = await runExec(target, path, { command: ["sh", "-c", "ps | grep '[s]leep'"] });
  expect(listed.out).toMatch(/^ +\d+ root +sleep 60\n$/);
  const pid = /\d+/.exec(listed.out)?.[0] ?? "";
  const killing = await runExec(target, path, { command: ["sh", "-c", `kill -0 ${pid} && kill ${pid}; kill 9999`] });
  expect(killing).toMatchObject({ status: 1, err: "sh: can't kill pid 9999: No such process\n" });
  expect((await sleeping.end()).metadata["return"]).toBe(143);
});

test("a command may handle signals by itself, and a script by its trap", async () => {
  await using fake = await start({
    commands: {
      server: ({ stdout, onSignal }) =>
        new Promise((resolve) => {
          onSignal(15, () => resolve(5));
          stdout.write("up\n");
        }),
    },
  });
  const target = targetOf(fake);
  const script = "trap 'echo caught; exit 42' TERM; echo up; while :; do sleep 0.01; done";
  for (const [command, status] of [[["server"], 5] as const, [["sh", "-c", script], 42] as const]) {
    const exec = await startExec(target, path, { command });
    await eventually("it is up", () => Promise.resolve(exec.sockets["1"]?.received || undefined));
    exec.sockets["control"]?.send('{"command":"signal","signal":15}');
    expect((await exec.end()).metadata["return"]).toBe(status);
  }
});

test("Ctrl+C ends what runs in a shell on a terminal, and not the shell", async () => {
  await using fake = await start({});
  const target = targetOf(fake);
  const body = { command: ["sh", "-i"], interactive: true, environment: { PS1: "ready> " } };
  const exec = await startExec(target, path, body);
  const terminal = exec.sockets["0"];
  const shows = (text: string): Promise<true> =>
    eventually(text, () => Promise.resolve(terminal?.received.includes(text) === true ? true : undefined));
  await shows("ready> ");
  terminal?.send(Buffer.from("sleep 400\r"));
  await eventually("it sleeps", async () => {
    const { out } = await runExec(target, path, { command: ["ps"] });
    return out.includes("sleep 400") ? true : undefined;
  });
  terminal?.send(Buffer.from("\x03"));
  terminal?.send(Buffer.from("echo status $?\r"));
  await shows("status 130\r\n");
  terminal?.send(Buffer.from("fi\r"));
  await shows("syntax error");
  terminal?.send(Buffer.from("half a line\x03exit 9\r"));
  await eventually("the end", () => Promise.resolve(terminal?.texts.length === 1 ? true : undefined));
  terminal?.close();
  expect((await exec.end()).metadata["return"]).toBe(9);
});

test("an instance writes to its console what the test wants", async () => {
  await using fake = await start({ bootLog: (name) => `I am ${name}\n` });
  expect((await get(targetOf(fake), `${path}/console`)).text).toBe("I am c1\r\n");
  await using silent = await start({ bootLog: () => "" });
  expect((await get(targetOf(silent), `${path}/console`)).status).toBe(500);
});

test("instances have the files that they are given, and those who never changed one share theirs", async () => {
  const setup = [
    withInstance({ name: "c1", files: { "/srv/deep/er/a": "x", "/etc/hostname": "other\n" } }),
    withInstance({ name: "c2" }),
  ];
  await using fake = await startFakeServer({ setup });
  expect(fake.files("c1").read("/srv/deep/er/a").toString()).toBe("x");
  expect(fake.files("c1").read("/etc/hostname").toString()).toBe("other\n");
  expect(fake.files("c2").read("/etc/hostname").toString()).toBe("c2\n");
  const [first, second] = fake.save().records["instances"] ?? [];
  expect(first).toHaveProperty("contents.root");
  expect(second).not.toHaveProperty("contents");
  expect(() => fake.files("c3")).toThrow(expect.objectContaining({ code: "FAKE_NO_SUCH_INSTANCE" }) as Error);
});
