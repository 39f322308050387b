import type { Devices, InstanceType } from "@lxdkit/protocol";
import {
  type Constraints,
  type ContainerSpec,
  networkConfigKey,
  parseConstraints,
  type Server,
  userDataKey,
} from "@lxdkit/server";
import { badArgument } from "../bad-argument.ts";
import { readTextFile } from "../read-text-file.ts";
import { networkDevice } from "./network-device.ts";

/** The options of `lxdkit launch` that say what the containers are to be. */
export interface WantedOptions {
  readonly config?: Readonly<Record<string, string>> | undefined;
  readonly device?: Devices | undefined;
  /** Path of a file. */
  readonly userData?: string | undefined;
  /** Path of a file. */
  readonly networkConfig?: string | undefined;
  /** As people write them. */
  readonly constraints?: string | undefined;
  readonly network?: string | undefined;
  /** Name of a pool. */
  readonly storage?: string | undefined;
  readonly target?: string | undefined;
  readonly vm?: true | undefined;
}

/** What the options say, read before any request. */
export interface Wanted {
  readonly type: InstanceType;
  readonly config: Readonly<Record<string, string>>;
  readonly constraints: Constraints;
  readonly devices: Devices;
  readonly network: string | undefined;
  readonly target: string | undefined;
}

/** Reads the options and the files that they name, and refuses what makes no sense. */
export async function readWanted(options: WantedOptions): Promise<Wanted> {
  const { vm, device = {}, network, storage, target } = options;
  const asked = parseConstraints(options.constraints ?? "");
  const { virtType, rootDiskSource, zones } = asked;
  if (vm && virtType === "container")
    throw badArgument("--vm and the constraint virt-type=container exclude each other");
  if (storage !== undefined && rootDiskSource !== undefined && storage !== rootDiskSource) {
    throw badArgument(`--storage ${storage} and the constraint root-disk-source=${rootDiskSource} exclude each other`);
  }
  if (target !== undefined && zones !== undefined)
    throw badArgument("--target and the constraint zones exclude each other");
  return {
    type: vm ? "virtual-machine" : (virtType ?? "container"),
    config: await withFiles(options),
    constraints: { ...asked, ...(storage === undefined ? {} : { rootDiskSource: storage }) },
    devices: device,
    network,
    target,
  };
}

async function withFiles(options: WantedOptions): Promise<Readonly<Record<string, string>>> {
  const { config = {}, userData, networkConfig } = options;
  if (userData === undefined && networkConfig === undefined) return config;
  // Reading YAML takes time to load.
  const { validateNetworkConfig, validateUserData } = await import("@lxdkit/cloud-init");
  const files = [
    ["--user-data", userDataKey, "cloud-init.user-data", userData, validateUserData],
    ["--network-config", networkConfigKey, "cloud-init.network-config", networkConfig, validateNetworkConfig],
  ] as const;
  let all = config;
  for (const [option, key, otherKey, path, validate] of files) {
    if (path === undefined) continue;
    const given = [key, otherKey].find((one) => config[one] !== undefined);
    if (given !== undefined) throw badArgument(`${option} and -c ${given}=... exclude each other`);
    const text = readTextFile(path);
    if (text.trim() === "") throw badArgument(`${path} is empty`);
    validate(text, { name: path });
    all = { ...all, [key]: text };
  }
  return all;
}

/** The spec for all containers of a launch; asks the server for what it builds on, and changes nothing. */
export async function launchSpec(
  server: Server,
  spec: ContainerSpec,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<ContainerSpec> {
  const { config, constraints, network, devices: overrides, target } = wanted;
  const devices = await launchDevices(server, spec, { network, overrides }, signal);
  const full: ContainerSpec = {
    ...spec,
    ...(Object.keys(config).length === 0 ? {} : { config }),
    ...(Object.keys(devices).length === 0 ? {} : { devices }),
    ...(target === undefined ? {} : { target }),
  };
  return server.applyConstraints(full, constraints, { signal });
}

/** The spec for one of the containers. Zones are members of the cluster here; each gets the least loaded of them. */
export async function inZone(
  server: Server,
  spec: ContainerSpec,
  { constraints: { zones, arch } }: Wanted,
  signal: AbortSignal,
): Promise<ContainerSpec> {
  if (zones === undefined) return spec;
  return { ...spec, target: await server.chooseMember({ among: zones, architecture: arch, signal }) };
}

async function launchDevices(
  server: Server,
  { profiles }: ContainerSpec,
  { network, overrides }: { readonly network: string | undefined; readonly overrides: Devices },
  signal: AbortSignal,
): Promise<Devices> {
  if (network === undefined && Object.keys(overrides).length === 0) return {};
  const inherited = await server.profileDevices(profiles, { signal });
  const own = network === undefined ? {} : await networkDevice(server, network, inherited, signal);
  const present: Devices = { ...inherited, ...own };
  const changed = Object.entries(overrides).map(([name, keys]) => {
    const device = { ...present[name], ...keys };
    if (device["type"] !== undefined) return [name, device] as const;
    throw badArgument(
      `the device ${name} has no type, and no profile has a device of that name`,
      `Write -d ${name},type=... with what kind of device it is.`,
    );
  });
  return { ...own, ...Object.fromEntries(changed) };
}
