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
