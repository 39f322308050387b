import type { InstanceRecord } from "../../core/records.ts";
import { builtInNames } from "../exec/built-in-names.ts";
import type { DeviceFile, Directory, FileNode, PlainFile, SymbolicLink } from "./file-node.ts";

const owner = { uid: 0, gid: 0, modifiedAt: 0 };

function file(content: string, mode = 0o644): PlainFile {
  return { type: "file", ...owner, mode, content };
}

function directory(entries: Readonly<Record<string, FileNode>> = {}, mode = 0o755): Directory {
  return { type: "directory", ...owner, mode, entries };
}

function link(target: string): SymbolicLink {
  return { type: "symlink", ...owner, mode: 0o777, target };
}

/** The first bytes of a program of the fake; its name follows. */
export const programMagic = "\x7fELF fake ";

/** The programs that the fake knows, as files. */
function programs(): Readonly<Record<string, FileNode>> {
  return Object.fromEntries(builtInNames.map((name) => [name, file(`${programMagic}${name}\n`, 0o755)]));
}

const usersText = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n";

/** What every instance has, shared by all that never changed a file. */
const sharedEntries = {
  bin: directory(programs()),
  dev: directory(),
  etc: directory({
    group: file("root:x:0:\nnogroup:x:65534:\n"),
    passwd: file(usersText),
    "resolv.conf": file("nameserver 127.0.0.53\n"),
    shadow: file("root:*:19000:0:99999:7:::\n", 0o640),
  }),
  home: directory(),
  mnt: directory(),
  opt: directory(),
  proc: directory(),
  root: directory(),
  run: directory(),
  sbin: directory({ init: link("/bin/sh") }),
  srv: directory(),
  sys: directory(),
  tmp: directory({}, 0o777),
  usr: directory({ bin: directory(), lib: directory(), local: directory({ bin: directory() }), share: directory() }),
  var: directory({ cache: directory(), lib: directory(), log: directory(), tmp: directory({}, 0o777) }),
};

/** The files of an instance that was made without an image. */
export const emptyRoot: Directory = directory();

/** The files of an instance that nobody wrote to yet. */
export function defaultRoot({ name, config }: Pick<InstanceRecord, "name" | "config">): Directory {
  const own = {
    hostname: file(`${name}\n`),
    hosts: file(`127.0.0.1\tlocalhost\n127.0.1.1\t${name}\n\n::1\tlocalhost ip6-localhost ip6-loopback\n`),
    "os-release": file(releaseText(config)),
  };
  const etc = { ...sharedEntries.etc, entries: { ...sharedEntries.etc.entries, ...own } };
  return directory({ ...sharedEntries, etc });
}

/** `/etc/os-release` by what the image said of itself. */
function releaseText(config: InstanceRecord["config"]): string {
  const os = config["image.os"] ?? "linux";
  const release = config["image.release"] ?? "";
  const title = config["image.description"] ?? `${os} ${release}`.trim();
  const version = release === "" ? "" : `VERSION_ID="${release}"\n`;
  return `ID=${os.toLowerCase().replace(/[^a-z0-9._-]+/g, "-")}\nNAME="${os}"\nPRETTY_NAME="${title}"\n${version}`;
}

const unmapped = { uid: 65_534, gid: 65_534, modifiedAt: 0 };
const device: DeviceFile = { type: "device", ...unmapped, mode: 0o666 };
const consoleDevice: DeviceFile = { type: "device", uid: 0, gid: 5, modifiedAt: 0, mode: 0o700 };
const deviceNames = ["full", "null", "ptmx", "random", "tty", "urandom", "zero"];
const liveDevices = directory({
  console: consoleDevice,
  ...Object.fromEntries(deviceNames.map((name) => [name, device])),
});
const liveProcesses = directory(
  Object.fromEntries(["cpuinfo", "loadavg", "meminfo", "uptime", "version"].map((name) => [name, device])),
  0o555,
);

/** The tree of an instance that runs: with what the kernel shows there. */
export function withKernelFiles(root: Directory): Directory {
  return { ...root, entries: { ...root.entries, dev: liveDevices, proc: liveProcesses } };
}

/** A tree without {@link withKernelFiles} again: those directories are as in `before`. */
export function withoutKernelFiles(root: Directory, before: Directory): Directory {
  const { dev: _dev, proc: _proc, ...entries } = root.entries;
  const { dev, proc } = before.entries;
  return { ...root, entries: { ...entries, ...(dev && { dev }), ...(proc && { proc }) } };
}
