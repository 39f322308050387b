import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bridgeConfigFile } from "@lxdkit/network-devices";
import { createFakeHost } from "@lxdkit/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { updateBridgeFile } from "./update-bridge-file.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lxdkit-bridge-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

// The original overwrites the file from its start, and leaves what was behind.
test("row 16 of the regressions: a file that becomes shorter keeps no tail", async () => {
  const path = join(folder, "lxd-bridge");
  await writeFile(path, 'LXD_BRIDGE="lxdbr0"\nLXD_IPV4_DHCP_RANGE="10.0.100.2,10.0.100.254"\n');
  await chmod(path, 0o640);
  expect(await updateBridgeFile(path, { LXD_IPV4_DHCP_RANGE: "" })).toBe(true);
  expect(await readFile(path, "utf8")).toBe('LXD_BRIDGE="lxdbr0"\nLXD_IPV4_DHCP_RANGE=""\n');
  expect((await stat(path)).mode & 0o777).toBe(0o640);
  expect(await readdir(folder)).toEqual(["lxd-bridge"]);
});

test("nothing is written when nothing changes, or when there is no file", async () => {
  const host = createFakeHost({ files: { [bridgeConfigFile]: "LXD_BRIDGE=lxdbr0\n" } });
  const access = { readFile: host.readFile, replaceFile: host.writeFile };
  expect(await updateBridgeFile(bridgeConfigFile, { LXD_BRIDGE: "lxdbr0" }, access)).toBe(false);
  expect(await updateBridgeFile("/missing", { LXD_BRIDGE: "lxdbr0" }, access)).toBe(false);
  expect(host.calls).toEqual([`read ${bridgeConfigFile}`, "read /missing"]);
  expect(await updateBridgeFile(bridgeConfigFile, { LXD_BRIDGE: "br1" }, access)).toBe(true);
  expect(host.files()).toEqual({ [bridgeConfigFile]: 'LXD_BRIDGE="br1"\n' });
  host.setFailure("/etc", "EACCES");
  await expect(updateBridgeFile(bridgeConfigFile, {}, access)).rejects.toMatchObject({ code: "EACCES" });
});
