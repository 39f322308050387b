import type { HostAccess } from "./host-access.ts";
import { readOsRelease } from "./os-release.ts";
import { outputOf, readMaybe } from "./read-maybe.ts";

/** What is needed to find out whether a host is a container. */
export type ContainerCheckAccess = Pick<HostAccess, "readFile" | "run" | "platform">;

/** Options of {@link containerKind} and its like. */
export interface ContainerCheckOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The kind of container that this host is itself, for example `lxc` or `docker`; empty when it is none. Asks
 * `systemd-detect-virt`, then looks at `/run/systemd/container` and at the environment of process 1.
 */
export async function containerKind(
  host: ContainerCheckAccess,
  { signal }: ContainerCheckOptions = {},
): Promise<string> {
  if (host.platform !== "linux") return "";
  const said = (await outputOf(host, "systemd-detect-virt", ["--container"], signal))?.trim() ?? "";
  if (said !== "" && said !== "none") return said;
  const noted = (await readMaybe(host, "/run/systemd/container")).trim();
  if (noted !== "") return noted;
  const own = (await readMaybe(host, "/proc/1/environ")).split("\0").find((line) => line.startsWith("container="));
  return own?.slice("container=".length) ?? "";
}

/** Whether this host is itself a container; never off Linux. */
export async function runningInContainer(
  host: ContainerCheckAccess,
  options: ContainerCheckOptions = {},
): Promise<boolean> {
  return (await containerKind(host, options)) !== "";
}

/** Whether containers can be made here: it is not a container itself. */
export async function containersSupported(
  host: ContainerCheckAccess,
  options: ContainerCheckOptions = {},
): Promise<boolean> {
  return !(await runningInContainer(host, options));
}

/** Whether the operating system is one that comes with LXD: Ubuntu. */
export async function hasSupport(host: Pick<HostAccess, "readFile" | "platform">): Promise<boolean> {
  if (host.platform !== "linux") return false;
  return readOsRelease(await readMaybe(host, "/etc/os-release")).id === "ubuntu";
}
