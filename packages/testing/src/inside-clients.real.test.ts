import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import type { Flavour } from "@lxdkit/protocol";
import { describe, expect, test } from "vitest";
import { type FakeServer, startFakeServer } from "./fake-server.ts";
import { withInstance } from "./setup/with-instance.ts";

const clients: Readonly<Record<Flavour, string>> = { lxd: "lxc", incus: "incus" };

interface Printed {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function isInstalled(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Runs the real client on the fake, in the fake's own folder. */
async function run(fake: FakeServer, words: readonly string[], input = ""): Promise<Printed> {
  const env = {
    ...{ PATH: process.env["PATH"], HOME: fake.directory },
    ...{ LXD_SOCKET: fake.socketPath, LXD_CONF: join(fake.directory, "conf") },
    ...{ INCUS_SOCKET: fake.socketPath, INCUS_CONF: join(fake.directory, "conf") },
  };
  // The clients open their input by its name, which a pipe of Node does not have.
  const file = join(fake.directory, "input");
  await writeFile(file, input);
  const stdin = await open(file);
  try {
    const stdio = [stdin.fd, "pipe", "pipe"] as const;
    const child = spawn(clients[fake.flavour], words, { env, cwd: fake.directory, timeout: 20_000, stdio: [...stdio] });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    const outputs = [child.stdout, child.stderr].map((stream) =>
      stream === null ? Promise.resolve("") : text(stream),
    );
    const [out = "", err = ""] = await Promise.all(outputs);
    return { code: await ended, out, err };
  } finally {
    await stdin.close();
  }
}

describe.each<Flavour>(["lxd", "incus"])("inside an instance of the fake %s", (flavour) => {
  const program = clients[flavour];
  const isMissing = !isInstalled(program) && process.env["LXDKIT_REQUIRE_REAL"] !== "1";
  const title = isMissing ? ` (skipped: there is no program ${program})` : "";
  const start = async (): Promise<FakeServer> => {
    const fake = await startFakeServer({ flavour, setup: [withInstance({ name: "c1", status: "Running" })] });
    // Whoever has a configuration is not greeted.
    await mkdir(join(fake.directory, "conf"));
    await writeFile(join(fake.directory, "conf/config.yml"), "{}\n");
    return fake;
  };

  test.skipIf(isMissing)(`the real client runs commands${title}`, async () => {
    await using fake = await start();
    const exec = (command: readonly string[], input?: string): Promise<Printed> =>
      run(fake, ["exec", "c1", "--", ...command], input);
    expect(await exec(["echo", "hi"])).toEqual({ code: 0, out: "hi\n", err: "" });
    const mixed = await exec(["sh", "-c", "cat; echo err >&2; exit 3"], "input\n");
    expect(mixed).toEqual({ code: 3, out: "input\n", err: "err\n" });
    expect(await exec(["no-such-command"])).toMatchObject({ code: 127, err: "Error: Command not found\n" });
    expect(await exec(["/etc/passwd"])).toMatchObject({ code: 126, err: "Error: Command not executable\n" });
    expect(await exec(["sh", "-c", "kill -9 $$"])).toMatchObject({ code: 137 });
    const options = ["--env", "A=1", "--cwd", "/tmp", "--user", "1000"];
    const where = await run(fake, ["exec", "c1", ...options, "--", "sh", "-c", "echo $A; pwd; id -u"]);
    expect(where).toEqual({ code: 0, out: "1\n/tmp\n1000\n", err: "" });
    const big = "x".repeat(1_000_000);
    expect((await exec(["cat"], big)).out).toBe(big);
  });

  test.skipIf(isMissing)(`the real client moves files and trees${title}`, async () => {
    await using fake = await start();
    const works = async (...words: readonly string[]): Promise<string> => {
      const { code, out, err } = await run(fake, ["file", ...words]);
      expect([words, code, err]).toEqual([words, 0, ""]);
      return out;
    };
    const folder = fake.directory;
    await writeFile(join(folder, "one"), "first\n");
    await mkdir(join(folder, "tree/deep"), { recursive: true });
    await writeFile(join(folder, "tree/deep/file"), "in a tree\n");
    await symlink("deep/file", join(folder, "tree/link"));
    await works("push", "--mode", "0640", "--uid", "5", "--gid", "6", "one", "c1/root/one");
    expect(fake.files("c1").stat("/root/one")).toMatchObject({ uid: 5, gid: 6, mode: 0o640, sizeBytes: 6 });
    expect(await works("pull", "c1/root/one", "-")).toBe("first\n");
    await works("push", "-p", "one", "c1/opt/a/b/one");
    await works("push", "-r", "tree", "c1/srv/");
    expect(fake.files("c1").readLink("/srv/tree/link")).toBe("deep/file");
    await works("pull", "-r", "c1/srv/tree", "back");
    const found = join(folder, "back", existsSync(join(folder, "back/tree")) ? "tree" : "");
    expect(await readFile(join(found, "deep/file"), "utf8")).toBe("in a tree\n");
    expect(await readlink(join(found, "link"))).toMatch(/deep\/file$/);
    const edited = await run(fake, ["file", "edit", "c1/root/one"], "second\n");
    expect(edited).toMatchObject({ code: 0, err: "" });
    expect(await works("pull", "c1/root/one", "-")).toBe("second\n");
    await works("delete", "c1/root/one");
    expect(fake.files("c1").stat("/root/one")).toBeUndefined();
    expect(await run(fake, ["file", "pull", "c1/root/one", "-"])).toMatchObject({ code: 1 });
    if (flavour === "lxd") return;
    await works("create", "c1/root/new");
    await works("create", "--type=directory", "c1/root/folder");
    await works("create", "--type=symlink", "c1/root/lnk", "new");
    await works("delete", "--force", "c1/srv/tree");
    expect(fake.files("c1").list("/root").toSorted()).toEqual(["folder", "lnk", "new"]);
  });

  test.skipIf(isMissing)(`the real client shows and changes consoles, metadata and templates${title}`, async () => {
    await using fake = await start();
    const works = async (words: readonly string[], input?: string): Promise<string> => {
      const { code, out, err } = await run(fake, words, input);
      expect([words, code, err]).toEqual([words, 0, ""]);
      return out;
    };
    expect(await works(["console", "--show-log", "c1"])).toContain("c1 login: ");
    const metadata = await works(["config", "metadata", "show", "c1"]);
    expect(metadata).toContain("architecture: x86_64\n");
    await works(["config", "metadata", "edit", "c1"], metadata.replace("expiry_date: 0", "expiry_date: 99"));
    expect(await works(["config", "metadata", "show", "c1"])).toContain("expiry_date: 99\n");
    await works(["config", "template", "create", "c1", "a.tpl"]);
    await works(["config", "template", "edit", "c1", "a.tpl"], "hello\n");
    expect(await works(["config", "template", "show", "c1", "a.tpl"])).toBe("hello\n");
    expect(await works(["config", "template", "list", "c1"])).toContain("a.tpl");
    await works(["config", "template", "delete", "c1", "a.tpl"]);
    expect(await works(["config", "template", "list", "c1"])).not.toContain("a.tpl");
    expect(await works(["info", "--show-log", "c1"])).toContain("WARN");
  });
});
