import { type Devices, type Flavour, type InstanceType, isVersionAtLeast } from "@lxdkit/protocol";
import type { Constraints } from "./constraints.ts";

/** The part of a container's spec that constraints change. */
export interface Constrainable {
  readonly config?: Readonly<Record<string, string>>;
  readonly devices?: Devices;
  readonly instanceType?: string;
  readonly architecture?: string;
  readonly type?: InstanceType;
}

/** A root disk and the name of its device. */
export interface RootDisk {
  readonly name: string;
  readonly device: Readonly<Record<string, string>>;
}

/** Options of {@link applyConstraints}. */
export interface ApplyConstraintsOptions {
  /** Default `lxd`. */
  readonly flavour?: Flavour;
  /** As the server tells it, for example `5.0.2`. */
  readonly serverVersion: string;
  /**
   * The root disk that the container has without constraints, from its profiles. Unless given, a device `root` in the
   * pool `default`.
   */
  readonly rootDisk?: RootDisk | undefined;
}

/** The first LXD that reads `MiB`. */
const binarySuffixSince = "3.10";

const usualRootDisk: RootDisk = { name: "root", device: { type: "disk", path: "/", pool: "default" } };

/**
 * A new spec that asks for what the constraints say; the given one stays as it is. Constraints win over what the spec
 * has. Limits win over an instance type on the server, also when they are lower. `zones` are left to who chooses the
 * member of a cluster.
 */
export function applyConstraints<T extends Constrainable>(
  spec: T,
  constraints: Constraints,
  options: ApplyConstraintsOptions,
): T & Constrainable {
  const { cores, mem, instanceType, arch, virtType } = constraints;
  const limits = {
    ...(cores === undefined ? {} : { "limits.cpu": String(cores) }),
    ...(mem === undefined ? {} : { "limits.memory": `${String(mem)}${memorySuffix(options)}` }),
  };
  const devices = rootDiskDevices(spec.devices ?? {}, constraints, options.rootDisk);
  return {
    ...spec,
    ...(Object.keys(limits).length === 0 ? {} : { config: { ...spec.config, ...limits } }),
    ...(devices === undefined ? {} : { devices }),
    ...(instanceType === undefined ? {} : { instanceType }),
    ...(arch === undefined ? {} : { architecture: arch }),
    ...(virtType === undefined ? {} : { type: virtType }),
  };
}

/** Servers that are older than `MiB` get the same number of `MB`, which is a little less, as Juju does it. */
function memorySuffix({ flavour = "lxd", serverVersion }: ApplyConstraintsOptions): string {
  return flavour === "incus" || isVersionAtLeast(serverVersion, binarySuffixSince) ? "MiB" : "MB";
}

function rootDiskDevices(
  devices: Devices,
  { rootDisk: size, rootDiskSource: pool }: Constraints,
  inherited: RootDisk = usualRootDisk,
): Devices | undefined {
  if (size === undefined && pool === undefined) return undefined;
  const { name, device } = findRootDisk(devices) ?? inherited;
  const changes = {
    ...(pool === undefined ? {} : { pool }),
    ...(size === undefined ? {} : { size: `${String(size)}MiB` }),
  };
  return { ...devices, [name]: { ...device, ...changes } };
}

/** The device on which an instance has its root file system; undefined when there is none. */
export function findRootDisk(devices: Devices): RootDisk | undefined {
  const found = Object.entries(devices).find(
    ([, { type, path, source = "" }]) => type === "disk" && path === "/" && source === "",
  );
  return found && { name: found[0], device: found[1] };
}
