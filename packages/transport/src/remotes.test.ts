import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Flavour } from "@lxdkit/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readRemotes, type Remote, type Remotes } from "./remotes.ts";

let home: string;
let environment: Record<string, string>;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "lxdkit-remotes-"));
  environment = { LXD_GLOBAL_CONF: join(home, "all"), INCUS_GLOBAL_CONF: join(home, "all") };
});

afterEach(async () => {
  await rm(home, { recursive: true });
});

async function write(folder: string, text: string): Promise<void> {
  await mkdir(join(home, folder), { recursive: true });
  await writeFile(join(home, folder, "config.yml"), text);
}

function read(flavour: Flavour = "lxd"): Promise<Remotes> {
  return readRemotes({ flavour, environment, homeDirectory: home });
}

/** Name, address and the marks of a remote in one line. */
function line({ name, address, protocol, project, isPublic, isStatic, isGlobal }: Remote): string {
  const marks = { [`project ${String(project)}`]: project, public: isPublic, static: isStatic, global: isGlobal };
  return [name, address, protocol, ...Object.entries(marks).flatMap(([mark, is]) => (is ? [mark] : []))].join(" ");
}

const stream = "simplestreams public";

test("without configuration there is what comes with the programs", async () => {
  const lxd = await read();
  expect(lxd.list.map(line)).toEqual([
    `images https://images.lxd.canonical.com ${stream}`,
    "local unix:// lxd static",
    `ubuntu https://cloud-images.ubuntu.com/releases ${stream} static`,
    `ubuntu-daily https://cloud-images.ubuntu.com/daily ${stream} static`,
    `ubuntu-minimal https://cloud-images.ubuntu.com/minimal/releases ${stream} static`,
    `ubuntu-minimal-daily https://cloud-images.ubuntu.com/minimal/daily ${stream} static`,
  ]);
  expect([lxd.folder, lxd.globalFolder, lxd.defaultRemote]).toEqual([
    join(home, ".config/lxc"),
    join(home, "all"),
    "local",
  ]);
  const incus = await read("incus");
  expect(incus.list.map(line)).toEqual([
    `images https://images.linuxcontainers.org ${stream}`,
    "local unix:// incus static",
  ]);
  expect(incus.folder).toBe(join(home, ".config/incus"));
  expect((await readRemotes({ flavour: "lxd", environment: { HOME: home } })).globalFolder).toBe("/etc/lxd");
});

test("the user's remotes win over those for all users, and static ones over both, but for the project", async () => {
  await write(
    ".config/lxc",
    `default-remote: foo
remotes:
  foo: {addr: "https://1.2.3.4:8443", protocol: lxd, public: yes, project: 123}
  local: {addr: "https://5.6.7.8:8443", public: true, project: p}
  images: {addr: "https://mine", protocol: simplestreams}
  empty:
aliases:
  foo: list
`,
  );
  await write(
    "all",
    `default-remote: glob
remotes:
  foo: {addr: "https://9.9.9.9:8443"}
  glob: {addr: "https://8.8.8.8:8443"}
  ubuntu: {addr: "https://7.7.7.7"}
`,
  );
  const { list, defaultRemote } = await read();
  expect(list.filter(({ name }) => !name.startsWith("ubuntu-")).map(line)).toEqual([
    "empty  lxd",
    "foo https://1.2.3.4:8443 lxd project 123 public",
    "glob https://8.8.8.8:8443 lxd global",
    "images https://mine simplestreams",
    "local unix:// lxd project p static",
    `ubuntu https://cloud-images.ubuntu.com/releases ${stream} static`,
  ]);
  expect(defaultRemote).toBe("foo");
});

test("the default remote is that of the environment, then that of the user, then the local one", async () => {
  expect((await read()).get().name).toBe("local");
  await write(".config/lxc", "default-remote: ''\nremotes: {a: {addr: 'https://h:1'}}");
  // That of the configuration for all users does not count.
  await write("all", "default-remote: glob\nremotes: {glob: {addr: 'https://h:2'}}");
  expect((await read()).get().name).toBe("local");
  await write(".config/lxc", "default-remote: a\nremotes: {a: {addr: 'https://h:1'}}");
  expect((await read()).get().name).toBe("a");
  environment["LXC_REMOTE"] = "glob";
  expect((await read()).get().name).toBe("glob");
  environment["INCUS_REMOTE"] = "images";
  expect((await read("incus")).get().name).toBe("images");
});

test("a remote that does not exist: the error names those that do", async () => {
  const remotes = await read("incus");
  expect(() => remotes.get("nope")).toThrow(
    expect.objectContaining({
      code: "REMOTE_NOT_FOUND",
      message: 'there is no remote "nope"',
      hint: "There are: images, local.",
    }),
  );
  environment["INCUS_REMOTE"] = "gone";
  const other = await read("incus");
  expect(() => other.get()).toThrow(expect.objectContaining({ code: "REMOTE_NOT_FOUND" }));
});

test.each([
  ["remotes: [a", /config\.yml cannot be read: it is not YAML: .*line 1/],
  ["a", /the file is no mapping/],
  ["- a", /the file is no mapping/],
  ["remotes: 5", /remotes is no mapping/],
  ["remotes: {a: 5}", /remotes\.a is no mapping/],
  ["remotes: {a: {addr: [5]}}", /remotes\.a\.addr is no text/],
  ["remotes: {a: {public: maybe}}", /remotes\.a\.public is neither true nor false/],
  ["remotes: {[a]: {}}", /remotes has a key that is no text/],
  ["remotes: *x", /it is not YAML/],
])("%j is refused", async (text, message) => {
  await write(".config/lxc", text);
  await expect(read()).rejects.toMatchObject({
    code: "BAD_CONFIG",
    address: join(home, ".config/lxc/config.yml"),
    message: expect.stringMatching(message),
  });
});

test("broken YAML is not shown in the error", async () => {
  await write(".config/lxc", "remotes:\n  a: {addr: 'https://u:hidden@h\n");
  await expect(read()).rejects.toMatchObject({ message: expect.not.stringContaining("hidden") });
});

test.each([
  ["", []],
  ["# nothing", []],
  ["remotes:", []],
  ["default-remote: local", []],
  ["remotes: {a: {addr: x}, a: {addr: y}}", ["a y lxd"]],
  ["remotes: {a: {addr: x}}\n---\nremotes: {}", ["a x lxd"]],
  ["remotes:\n  a: &x {addr: x}\n  b: {<<: *x, public: true}", ["a x lxd", "b x lxd public"]],
  ["remotes: {no: {addr: x}, 2.50: {addr: 1.0, project: ~}}", ["2.50 1.0 lxd", "no x lxd"]],
])("%j is read as the programs read it", async (text, lines) => {
  await write(".config/lxc", text);
  const { list } = await read();
  expect(list.filter(({ isStatic }) => !isStatic).map(line)).toEqual(lines);
});

test("a file that cannot be read says so; a folder that is none has no file", async () => {
  await mkdir(join(home, ".config/lxc/config.yml"), { recursive: true });
  await expect(read()).rejects.toMatchObject({ code: "FILE_NOT_READ" });
  await writeFile(join(home, "all"), "");
  expect((await read("incus")).list).toHaveLength(2);
});

test("without a home there is no folder; an abort rejects with its own reason", async () => {
  await expect(readRemotes({ flavour: "lxd", environment: {} })).rejects.toMatchObject({
    code: "CONFIG_FOLDER_UNKNOWN",
  });
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await expect(readRemotes({ flavour: "lxd", environment, homeDirectory: home, signal })).rejects.toBe(reason);
});
