import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { HostAccess } from "./host/host-access.ts";
import { localHost } from "./host/local-host.ts";

const path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";

/** Makes a bare Debian 12 in a folder, whose APT cache has the packages of both families. */
const build = `set -eu
target=$1
mirror=$2
debootstrap --variant=minbase --include=ca-certificates bookworm "$target" "$mirror"
cp --dereference /etc/resolv.conf "$target/etc/resolv.conf"
rm -f "$target/etc/apt/sources.list"
for suite in bookworm bookworm-updates bookworm-backports; do
  echo "deb $mirror $suite main" >>"$target/etc/apt/sources.list"
done
# No service is started by its package, as in any root without an init system.
printf '#!/bin/sh\\nexit 101\\n' >"$target/usr/sbin/policy-rc.d"
chmod 755 "$target/usr/sbin/policy-rc.d"
echo force-unsafe-io >"$target/etc/dpkg/dpkg.cfg.d/testbed"
for server in lxd incus-base; do
  set -- -q -o Acquire::Retries=5
  [ "$server" = lxd ] && chroot "$target" env ${path} apt-get "$@" update
  chroot "$target" env ${path} DEBIAN_FRONTEND=noninteractive apt-get "$@" install --yes --download-only \\
    "$server" dnsmasq-base iproute2 nftables
done`;

/** Becomes process 1 of a host of its own, whose root is a folder. Says so on its standard output. */
const enter = `set -eu
ip link set lo up
root=$1
mount --bind "$root" "$root"
mkdir -p "$root/old" "$root/cg"
mount --rbind /sys/fs/cgroup "$root/cg"
mount -t sysfs sysfs "$root/sys"
mount --rbind "$root/cg" "$root/sys/fs/cgroup"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
cd "$root"
# The daemon goes back to the mounts of process 1, which would be those of the machine after a chroot.
pivot_root . old
umount -l /old
echo ready
exec sleep infinity`;

/** A bare Debian 12, on disk. */
export interface DebianRoot extends AsyncDisposable {
  readonly folder: string;
}

/** Makes one; reads packages from where this machine's own come from. Takes about 40 s. */
export async function buildDebianRoot(): Promise<DebianRoot> {
  const { stdout } = await execa("apt-get", ["indextargets", "--format", "$(SITE) $(RELEASE)", "Created-By: Packages"]);
  const mirror = stdout
    .split("\n")
    .find((line) => line.endsWith(" bookworm"))
    ?.split(" ")[0];
  if (mirror === undefined) throw new Error("the APT sources of this machine do not name Debian 12");
  const folder = await mkdtemp("/var/tmp/lxdkit-debian-");
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const target = join(folder, "root");
  for (let attempt = 1; ; attempt += 1) {
    try {
      await execa("sh", ["-c", build, "sh", target, mirror]);
      break;
    } catch (error) {
      if (attempt === 3) {
        await dispose();
        throw error;
      }
      // Package hosts fail now and then.
      await rm(target, { recursive: true, force: true });
    }
  }
  return { folder: target, [Symbol.asyncDispose]: dispose };
}

/** A running host without init system, in namespaces of its own and without a way out. */
export interface FreshHost extends AsyncDisposable {
  readonly access: HostAccess;
  /** Its root, as seen from here. */
  readonly root: string;
}

/** Starts a host from a copy of a root. It ends with this process at the latest. */
export async function startFreshHost({ folder }: DebianRoot, socketPath: string): Promise<FreshHost> {
  const copy = await mkdtemp("/var/tmp/lxdkit-host-");
  const root = join(copy, "root");
  await execa("cp", ["--archive", "--no-target-directory", folder, root]);
  // Containers run as other users, who have to pass.
  await execa("chmod", ["755", copy, root]);
  const host = spawnHost(root);
  const dispose = async (): Promise<void> => {
    host.kill("SIGKILL");
    await host;
    // LXC makes this one for itself and leaves it.
    await execa("find", ["/sys/fs/cgroup", "-maxdepth", "2", "-name", "lxc.pivot", "-exec", "rmdir", "{}", ";"], {
      reject: false,
    });
    await rm(copy, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  try {
    const first = await firstProcess(host);
    return { access: accessOf(first, socketPath), root: `/proc/${first}/root`, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function spawnHost(root: string) {
  const unshare = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  return execa("setpriv", ["--pdeathsig", "KILL", ...unshare, "sh", "-c", enter, "sh", root], { reject: false });
}

/** Process 1 of the host, by its number here, once the host is ready. */
async function firstProcess(host: ReturnType<typeof spawnHost>): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    host.stdout.on("data", (text: Buffer) => {
      if (text.toString().includes("ready")) resolve();
    });
    void host.then(({ stderr }) => reject(new Error(`the host did not start: ${stderr}`)));
  });
  const own = String(host.pid);
  return (await readFile(`/proc/${own}/task/${own}/children`, "utf8")).trim();
}

function accessOf(first: string, socketPath: string): HostAccess {
  const local = localHost({ environment: {} });
  const inside = (file: string): string => `/proc/${first}/root${file}`;
  const nsenter = ["--target", first, "--mount", "--net", "--pid", "--root", "--wd=/", "env", "-i", path, "HOME=/root"];
  return {
    ...local,
    run: (command, args = [], { env = {}, ...options } = {}) => {
      const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
      return local.run("nsenter", [...nsenter, ...variables, command, ...args], options);
    },
    readFile: (file) => local.readFile(inside(file)),
    replaceFile: (file, text) => local.replaceFile(inside(file), text),
    exists: (file) => local.exists(inside(file)),
    networkInterfaces: () => ({}),
    snapdSocket: inside("/run/snapd.socket"),
    socketPath: inside(socketPath),
  };
}
