import { chmod, copyFile, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { findProgram } from "../programs.ts";
import { buildOnce, cacheFolder, recipeKey } from "./image-cache.ts";
import { imageArchitecture } from "./image-architecture.ts";
import { type BuiltImage, packImage, readBuiltImage } from "./pack-image.ts";

/** A small system around one static program: it starts in 0.1 s, asks for an address and stops at once. */
const files: Readonly<Record<string, { readonly mode: number; readonly text: string }>> = {
  "etc/passwd": { mode: 0o644, text: "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n" },
  "etc/group": { mode: 0o644, text: "root:x:0:\nnogroup:x:65534:\n" },
  "etc/os-release": { mode: 0o644, text: 'ID=busybox\nNAME="BusyBox"\nPRETTY_NAME="BusyBox"\n' },
  "etc/inittab": {
    mode: 0o644,
    // The shutdown action ends the container itself: otherwise init gives its processes two seconds to end.
    text: "::sysinit:/etc/rc\n::respawn:/bin/sleep 1000000\n::shutdown:/bin/poweroff -f\n::ctrlaltdel:/bin/reboot -f\n",
  },
  "etc/rc": {
    mode: 0o755,
    text: `#!/bin/sh
ip link set lo up
for path in /sys/class/net/eth*; do
  interface=\${path##*/}
  [ "$interface" = "eth*" ] && continue
  ip link set "$interface" up
  udhcpc -i "$interface" -b -t 10 -T 1 -x "hostname:$(hostname)" -s /usr/share/udhcpc/default.script >/dev/null 2>&1
done
`,
  },
  "usr/share/udhcpc/default.script": {
    mode: 0o755,
    text: `#!/bin/sh
case "$1" in
bound | renew)
  ip addr replace "$ip/$mask" dev "$interface"
  for gateway in $router; do ip route replace default via "$gateway" dev "$interface"; done
  : >/etc/resolv.conf
  for server in $dns; do echo "nameserver $server" >>/etc/resolv.conf; done
  ;;
deconfig) ip addr flush dev "$interface" scope global ;;
esac
exit 0
`,
  },
};

const folders = ["bin", "dev", "etc", "proc", "root", "run", "sbin", "sys", "tmp", "usr/bin", "usr/sbin", "var/log"];
const properties = { os: "ubuntu", release: "jammy", description: "BusyBox for tests" };

/** Builds the tiny image, or takes it from the cache. */
export async function tinyImage(signal?: AbortSignal): Promise<BuiltImage> {
  const busybox = findProgram("busybox") ?? "/bin/busybox";
  const architecture = imageArchitecture();
  const metadataYaml = JSON.stringify({ architecture: architecture.kernel, creation_date: 1_760_000_000, properties });
  const recipe = ["tiny 2", JSON.stringify([files, folders]), metadataYaml, await readFile(busybox)];
  const folder = await buildOnce({
    cache: cacheFolder(),
    key: recipeKey(recipe),
    build: (target) => build(target, busybox, metadataYaml, signal),
    signal,
  });
  return readBuiltImage(folder, true);
}

async function build(
  target: string,
  busybox: string,
  metadataYaml: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const folder = join(target, "tree");
  const rootfs = join(folder, "rootfs");
  for (const name of folders) await mkdir(join(rootfs, name), { recursive: true });
  await chmod(join(rootfs, "tmp"), 0o1777);
  await copyFile(busybox, join(rootfs, "bin/busybox"));
  await chmod(join(rootfs, "bin/busybox"), 0o755);
  const { stdout } = await execa(busybox, ["--list"]);
  const applets = new Set(stdout.split("\n").filter((applet) => applet !== "" && applet !== "busybox"));
  for (const applet of applets) await symlink("/bin/busybox", join(rootfs, "bin", applet));
  await symlink("/bin/busybox", join(rootfs, "sbin/init"));
  for (const [name, { mode, text }] of Object.entries(files)) {
    const file = join(rootfs, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, mode);
  }
  await packImage({ folder, target, metadataYaml, withTemplates: false, unified: true, signal });
  await rm(folder, { recursive: true });
}
