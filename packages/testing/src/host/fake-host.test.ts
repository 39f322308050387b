import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFakeHost } from "./fake-host.ts";

const files = { "/etc/hostname": "host\n", "/etc/default/lxd-bridge": "LXD_BRIDGE=lxdbr0\n" };

test("files and folders can be read, written, listed and removed", async () => {
  const host = createFakeHost({ files, folders: ["/var/lib/lxd"] });
  expect(await host.readFile("/etc/hostname")).toBe("host\n");
  expect(await host.readFolder("/")).toEqual(["etc", "var"]);
  expect(await host.readFolder("/etc")).toEqual(["default", "hostname"]);
  await host.writeFile("/var/lib/lxd/server.crt", "PEM");
  await host.appendFile("/var/lib/lxd/server.crt", "\n");
  await host.appendFile("/etc/subuid", "root:1:1\n");
  await host.makeFolder("/a/b/c");
  expect(await Promise.all(["/a/b", "/a/x", "/etc/subuid"].map(host.exists))).toEqual([true, false, true]);
  await host.remove("/etc/default");
  await host.remove("/nothing");
  expect(host.files()).toEqual({
    "/etc/hostname": "host\n",
    "/etc/subuid": "root:1:1\n",
    "/var/lib/lxd/server.crt": "PEM\n",
  });
  expect(host.calls.slice(0, 3)).toEqual(["read /etc/hostname", "list /", "list /etc"]);
});

describe("errors are those of Node", () => {
  let folder: string;
  const host = createFakeHost({ files: { "/file": "text" }, folders: ["/folder"] });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lxdkit-host-"));
    await writeFile(join(folder, "file"), "text");
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each<[string, (path: string) => Promise<unknown>, (path: string) => Promise<unknown>, string]>([
    ["reading what is missing", (path) => readFile(path), host.readFile, "missing"],
    ["reading below a file", (path) => readFile(path), host.readFile, "file/below"],
    ["listing what is missing", (path) => readdir(path), host.readFolder, "missing"],
    ["listing a file", (path) => readdir(path), host.readFolder, "file"],
    ["writing into a folder that is missing", (path) => writeFile(path, ""), (path) => host.writeFile(path, ""), "a/b"],
  ])("when %s", async (_, real, fake, path) => {
    const errorOf = async (call: Promise<unknown>): Promise<unknown> => {
      const { code, errno, syscall, message } = (await call.catch(
        (reason: unknown) => reason,
      )) as NodeJS.ErrnoException;
      return { code, errno, syscall, message: message.replaceAll(`${folder}/`, "/") };
    };
    expect(await errorOf(fake(`/${path}`))).toEqual(await errorOf(real(join(folder, path))));
  });

  test("when a folder is read as a file, but for its path", async () => {
    await expect(readFile(folder)).rejects.toMatchObject({ code: "EISDIR", syscall: "read" });
    await expect(host.readFile("/folder")).rejects.toMatchObject({ code: "EISDIR", syscall: "read" });
    await expect(host.writeFile("/folder", "")).rejects.toMatchObject({ code: "EISDIR", syscall: "open" });
    await expect(host.makeFolder("/file")).rejects.toMatchObject({ code: "EEXIST" });
  });
});

test("paths can be made to fail, with all that is below them", async () => {
  const host = createFakeHost({ files, failing: { "/etc/default": "EACCES" } });
  await expect(host.readFile("/etc/default/lxd-bridge")).rejects.toMatchObject({
    code: "EACCES",
    message: "EACCES: permission denied, open '/etc/default/lxd-bridge'",
  });
  expect(await host.exists("/etc/default/lxd-bridge")).toBe(false);
  host.setFailure("/etc/default", undefined);
  expect(await host.readFile("/etc/default/lxd-bridge")).toBe("LXD_BRIDGE=lxdbr0\n");
  host.setFailure("/etc/hostname", "ENOSPC");
  await expect(host.writeFile("/etc/hostname", "x")).rejects.toMatchObject({ code: "ENOSPC" });
});

test("the loopback interface looks as on this machine", () => {
  const [real] = (networkInterfaces()["lo"] ?? []).filter(({ family }) => family === "IPv4");
  const [fake] = (createFakeHost().networkInterfaces()["lo"] ?? []).filter(({ family }) => family === "IPv4");
  expect(real === undefined ? fake : real).toEqual(fake);
});

test("interfaces have their addresses with masks, and can come and go", () => {
  const host = createFakeHost({
    interfaces: { eth0: { mac: "00:16:3e:01:02:03", addresses: ["10.1.2.3/20", "fe80::1/64", "fd00::5/128"] } },
    routes: [{ to: "default", via: "10.1.0.1", dev: "eth0" }],
    isContainer: true,
  });
  expect(host.networkInterfaces()["eth0"]).toEqual([
    {
      address: "10.1.2.3",
      netmask: "255.255.240.0",
      family: "IPv4",
      mac: "00:16:3e:01:02:03",
      internal: false,
      cidr: "10.1.2.3/20",
    },
    {
      address: "fe80::1",
      netmask: "ffff:ffff:ffff:ffff::",
      family: "IPv6",
      mac: "00:16:3e:01:02:03",
      internal: false,
      cidr: "fe80::1/64",
      scopeid: 2,
    },
    {
      address: "fd00::5",
      netmask: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
      family: "IPv6",
      mac: "00:16:3e:01:02:03",
      internal: false,
      cidr: "fd00::5/128",
      scopeid: 0,
    },
  ]);
  expect([host.addressesOf("eth0")[0], host.addressesOf("eth1"), host.isContainer()]).toEqual([
    "10.1.2.3/20",
    [],
    true,
  ]);
  expect(host.routes()).toEqual([{ to: "default", via: "10.1.0.1", dev: "eth0" }]);
  host.setInterface("lxdbr0", { addresses: ["10.9.8.1/24"] });
  host.setInterface("eth0", undefined);
  expect(Object.keys(host.networkInterfaces())).toEqual(["lxdbr0"]);
});
