import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

/** Runs snapd with folders of its own, and without a way out. */
const run = `set -eu
mount -t tmpfs tmpfs /run
# Folders that a machine without snapd does not have are made beside its own.
mkdir -p /run/lib /run/lib-work
mount -t overlay -o lowerdir=/var/lib,upperdir=/run/lib,workdir=/run/lib-work overlay /var/lib
mkdir -p /var/lib/snapd /snap
mount -t tmpfs tmpfs /snap
exec "$1"`;

/** A real snapd. */
export interface RealSnapd extends AsyncDisposable {
  /** Path of its socket, seen from here; it appears some seconds after the start. */
  readonly socketPath: string;
}

/** Starts Debian's snapd in namespaces of its own; its package is read from where this machine's own come from. */
export async function startRealSnapd(): Promise<RealSnapd> {
  const folder = await mkdtemp("/var/tmp/lxdkit-snapd-");
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    // Nobody but root may pass, and apt does the download as root then.
    await execa("apt-get", ["-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=5", "download", "snapd"], {
      cwd: folder,
    });
    const [archive = ""] = (await readdir(folder)).filter((name) => name.endsWith(".deb"));
    await execa("dpkg", ["-x", archive, "root"], { cwd: folder });
  } catch (error) {
    await remove();
    throw error;
  }
  const program = join(folder, "root/usr/lib/snapd/snapd");
  const hadFolder = existsSync("/snap");
  // In another process namespace it would not know who asks, and refuse.
  const command = ["unshare", "--net", "--mount", "sh", "-c", run, "sh", program];
  const snapd = execa("setpriv", ["--pdeathsig", "KILL", ...command], { reject: false });
  return {
    socketPath: `/proc/${String(snapd.pid)}/root/run/snapd.socket`,
    async [Symbol.asyncDispose]() {
      snapd.kill("SIGKILL");
      await snapd;
      await remove();
      // What it writes there went with its mounts.
      if (!hadFolder) await rmdir("/snap").catch(() => undefined);
    },
  };
}
