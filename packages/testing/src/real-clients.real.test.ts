import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Flavour } from "@lxdkit/protocol";
import { describe, expect, test } from "vitest";
import { type FakeServer, startFakeServer } from "./fake-server.ts";

/** What a real client printed. */
interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const clients: Readonly<Record<Flavour, string>> = { lxd: "lxc", incus: "incus" };

function isInstalled(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}

async function run(fake: FakeServer, ...words: readonly string[]): Promise<Printed> {
  const env = {
    PATH: process.env["PATH"],
    HOME: fake.directory,
    LXD_SOCKET: fake.socketPath,
    LXD_CONF: join(fake.directory, "conf"),
    INCUS_SOCKET: fake.socketPath,
    INCUS_CONF: join(fake.directory, "conf"),
  };
  const running = promisify(execFile)(clients[fake.flavour], words, { env, timeout: 20_000 });
  // Without a terminal the clients read a configuration from their input, so it has to end.
  running.child.stdin?.end();
  try {
    const { stdout, stderr } = await running;
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as {
      readonly code: number;
      readonly stdout: string;
      readonly stderr: string;
    };
    return { code, out: stdout, err: stderr };
  }
}

async function works(fake: FakeServer, ...words: readonly string[]): Promise<string> {
  const { code, out, err } = await run(fake, ...words);
  expect([words, code, err]).toEqual([words, 0, expect.not.stringContaining("Error")]);
  return out;
}

describe.each<Flavour>(["lxd", "incus"])("the real client on the fake %s", (flavour) => {
  const program = clients[flavour];
  const isMissing = !isInstalled(program) && process.env["LXDKIT_REQUIRE_REAL"] !== "1";
  const title = isMissing ? ` (skipped: there is no program ${program})` : "";

  test.skipIf(isMissing)(`launches, lists, changes and deletes containers${title}`, async () => {
    await using fake = await startFakeServer({ flavour, images: [{ aliases: ["tiny", "os/12"] }] });
    await works(fake, "launch", "tiny", "c1");
    await works(fake, "launch", "os/12", "c2");
    const list = (await works(fake, "list", "--format", "csv", "--columns", "ns4")).split("\n");
    const address = flavour === "lxd" ? /10\.159\.171\.\d+ \(eth0\)/ : /10\.165\.21\.\d+ \(eth0\)/;
    expect(list[0]).toMatch(new RegExp(`^c1,RUNNING,${address.source}$`));
    expect(list[1]).toMatch(new RegExp(`^c2,RUNNING,${address.source}$`));
    await works(fake, "config", "set", "c1", "user.x=1");
    expect(await works(fake, "config", "get", "c1", "user.x")).toBe("1\n");
    expect(await works(fake, "info", "c1")).toContain("Status: RUNNING");
    await works(fake, "pause", "c2");
    await works(fake, "start", "c2");
    await works(fake, "restart", "--force", "c1");
    await works(fake, "stop", "c2");
    await works(fake, "delete", "c2");
    await works(fake, "delete", "--force", "c1");
    expect(await works(fake, "list", "--format", "csv")).toBe("");
    for (const kind of ["image", "profile", "network", "storage", "project", "operation"]) {
      await works(fake, kind, "list");
    }
    // A write by the client carries the ETag that it read.
    const put = fake.requests.find(({ method, path }) => method === "PUT" && path === "/1.0/instances/c1");
    expect(put?.status).toBe(202);
  });

  test.skipIf(isMissing)(`makes and removes objects of all kinds${title}`, async () => {
    await using fake = await startFakeServer({ flavour, https: true, images: [{ aliases: ["tiny"] }] });
    await works(fake, "project", "create", "p1");
    await works(fake, "project", "set", "p1", "user.a=1");
    await works(fake, "profile", "create", "small", "--project", "p1");
    await works(fake, "profile", "set", "small", "limits.cpu=1", "--project", "p1");
    await works(fake, "profile", "delete", "small", "--project", "p1");
    await works(fake, "project", "rename", "p1", "p2");
    await works(fake, "project", "delete", "p2");
    await works(fake, "network", "create", "br1", "ipv4.address=10.4.5.1/24");
    expect(await works(fake, "network", "get", "br1", "ipv4.address")).toBe("10.4.5.1/24\n");
    await works(fake, "network", "set", "br1", "ipv4.nat=true");
    await works(fake, "network", "rename", "br1", "br2");
    await works(fake, "network", "forward", "create", "br2", "192.0.2.1");
    await works(fake, "network", "delete", "br2");
    await works(fake, "network", "acl", "create", "acl1");
    await works(fake, "network", "acl", "rule", "add", "acl1", "ingress", "action=allow", "state=enabled");
    await works(fake, "network", "zone", "create", "example.org");
    await works(fake, "network", "zone", "record", "create", "example.org", "www");
    await works(fake, "network", "zone", "record", "entry", "add", "example.org", "www", "A", "192.0.2.1");
    await works(fake, "storage", "create", "fast", "dir");
    await works(fake, "storage", "volume", "create", "fast", "v1");
    await works(fake, "storage", "volume", "snapshot", ...(flavour === "lxd" ? [] : ["create"]), "fast", "v1", "s1");
    await works(fake, "storage", "volume", "rename", "fast", "v1", "v2");
    await works(fake, "storage", "volume", "delete", "fast", "v2");
    await works(fake, "storage", "delete", "fast");
    await works(fake, "launch", "tiny", "c1");
    await works(fake, "stop", "--force", "c1");
    await works(fake, "publish", "c1", "--alias", "mine");
    await works(fake, "image", "export", "mine", join(fake.directory, "mine"));
    await works(fake, "image", "delete", "mine");
    await works(fake, "image", "import", join(fake.directory, "mine.tar.gz"), "--alias", "again");
    expect(await works(fake, "image", "list", "--format", "csv", "--columns", "l")).toContain("again");
    await works(fake, "config", "set", "user.a=1");
    expect(await works(fake, "config", "get", "user.a")).toBe("1\n");
    const token = (await works(fake, "config", "trust", "add", flavour === "lxd" ? "--name=me" : "me")).trim();
    await works(fake, "remote", "add", "there", token.split("\n").at(-1) ?? "");
    expect(await works(fake, "list", "there:", "--format", "csv", "--columns", "n")).toBe("c1\n");
  });

  test.skipIf(isMissing)(`initialises a new server${title}`, async () => {
    await using fake = await startFakeServer({ flavour, initialised: false, images: [{ aliases: ["tiny"] }] });
    const words = flavour === "lxd" ? ["lxd", "init"] : ["incus", "admin", "init"];
    const env = { ...process.env, HOME: fake.directory, LXD_SOCKET: fake.socketPath, INCUS_SOCKET: fake.socketPath };
    const running = promisify(execFile)(words[0] ?? "", [...words.slice(1), "--auto"], { env, timeout: 20_000 });
    running.child.stdin?.end();
    await running;
    await works(fake, "launch", "tiny", "c1");
    const list = await works(fake, "list", "--format", "csv", "--columns", "n4");
    expect(list).toMatch(/^c1,10\.\d+\.\d+\.\d+ \(eth0\)$/m);
  });

  test.skipIf(isMissing)(`says what is wrong as it does on a real server${title}`, async () => {
    await using fake = await startFakeServer({ flavour, images: [{ aliases: ["tiny"] }] });
    await works(fake, "launch", "tiny", "c1");
    const missing = await run(fake, "launch", "nothing", "c2");
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining("not found") as string });
    const taken = await run(fake, "launch", "tiny", "c1");
    expect(taken).toMatchObject({ code: 1, err: expect.stringContaining("Failed creating instance record") as string });
    fake.failOperation({ description: "Starting instance", err: "no luck today" });
    await works(fake, "stop", "c1");
    const refused = await run(fake, "start", "c1");
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("no luck today") as string });
  });
});
