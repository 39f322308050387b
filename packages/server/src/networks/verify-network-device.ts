import type { Tagged } from "@lxdkit/client";
import { nicsOf } from "@lxdkit/network-devices";
import type { Devices, Network, Profile } from "@lxdkit/protocol";
import { editProfile } from "../profiles/edit-profile.ts";
import { ServerError, stepFailed } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";
import { bridgeOfServer, type ReadHostFile } from "./bridge-of-server.ts";
import { defaultBridge, ensureBridge, withNic } from "./default-networking.ts";
import { kindsOfNic, networkOfNic, type Nic, type NicKind, nicWarnings, rejectNic } from "./judge-nic.ts";
import { readNetwork } from "./read-network.ts";

/** Options of {@link verifyNetworkDevice}. */
export interface VerifyNetworkDeviceOptions {
  /** Kinds of NICs that are fine besides `bridged` and `macvlan`, for example `ovn`; none by default. */
  readonly accepts?: readonly NicKind[] | undefined;
  /** Network for a profile without NIC, made when it is missing; `lxdbr0` by default, on Incus `incusbr0`. */
  readonly bridge?: string | undefined;
  /** How to read a file of the machine, where the server has no network API; that of Node by default. */
  readonly readFile?: ReadHostFile | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The NIC of a profile that containers can use. */
export interface VerifiedNetworkDevice {
  /** Name of the device. */
  readonly device: string;
  /** The network that it is on, for example `lxdbr0`; empty for a NIC of a kind that needs none. */
  readonly network: string;
  /** Whether the profile got it just now. */
  readonly isChanged: boolean;
  /** What may be in the way, for people: IPv6, several NICs on one network. */
  readonly warnings: readonly string[];
}

type Host = Pick<ServerHost, "client" | "edits" | "facts" | "flavour">;

/**
 * The first NIC of a profile, by name, that containers can use. A profile without NIC gets one, on a bridge that is made
 * when it is missing, unless the server is in a cluster, where each member needs its own decision.
 *
 * @throws {ServerError} `NIC_MISSING`; `NIC_UNSUITABLE`, which says of each NIC why; `NETWORK_UNREAD`;
 * `NETWORK_NOT_CREATED`.
 * @throws {NetworkDeviceError} what the bridge's file says, where the server has no network API.
 * @throws {ApiError} `NOT_FOUND` when there is no such profile.
 */
export async function verifyNetworkDevice(
  host: Host,
  profile: string,
  options: VerifyNetworkDeviceOptions = {},
): Promise<VerifiedNetworkDevice> {
  const seen = await host.client.profiles.get(profile, { signal: options.signal });
  const nics = nicList(seen.value.devices);
  const { networkSupported, isClustered } = host.facts;
  if (nics.length > 0) {
    return networkSupported
      ? verifyByNetworks(host, profile, nics, options)
      : verifyByFile(host, profile, nics, options);
  }
  if (networkSupported && !isClustered) return addNic(host, profile, seen, options);
  throw new ServerError(`the profile ${profile} has no device of type nic`, {
    code: "NIC_MISSING",
    hint: isClustered
      ? "None is made in a cluster, where all members need the network: make it there and add it to the profile."
      : "The server has no network API: add a NIC on its bridge to the profile.",
  });
}

function nicList(devices: Devices): Nic[] {
  return Object.entries(nicsOf(devices)).map(([name, values]) => ({ name, values }));
}

function acceptedKinds({ accepts = [] }: VerifyNetworkDeviceOptions): ReadonlySet<string> {
  return new Set<string>(["bridged", "macvlan", ...accepts]);
}

async function verifyByNetworks(
  host: Host,
  profile: string,
  nics: readonly Nic[],
  options: VerifyNetworkDeviceOptions,
): Promise<VerifiedNetworkDevice> {
  const { signal } = options;
  const accepted = acceptedKinds(options);
  const rejected = new Map<string, string>();
  const kinds: string[] = [];
  for (const nic of nics) {
    const name = networkOfNic(nic);
    let network: Network | undefined;
    try {
      if (name !== "") network = await readNetwork(host, name, signal);
    } catch (cause) {
      signal?.throwIfAborted();
      throw stepFailed("NETWORK_UNREAD", `read network ${name} of ${nic.name} in profile ${profile}`, cause);
    }
    const reason = rejectNic(nic, network, accepted);
    if (reason === undefined) {
      return { device: nic.name, network: name, isChanged: false, warnings: nicWarnings(nics, network) };
    }
    rejected.set(nic.name, reason);
    kinds.push(...kindsOfNic(nic, network).filter((kind) => !accepted.has(kind)));
  }
  throw unsuitable(profile, rejected, kinds);
}

async function verifyByFile(
  host: Host,
  profile: string,
  nics: readonly Nic[],
  options: VerifyNetworkDeviceOptions,
): Promise<VerifiedNetworkDevice> {
  const { bridge, path } = await bridgeOfServer(host, options.readFile);
  const accepted = acceptedKinds(options);
  const isSuitable = ({ values: { parent, nictype = "" } }: Nic): boolean => parent === bridge && accepted.has(nictype);
  const found = nics.find(isSuitable);
  if (found !== undefined) {
    return { device: found.name, network: bridge, isChanged: false, warnings: nicWarnings(nics, undefined) };
  }
  const reason = `it is not bridged to ${bridge}, which ${path} names`;
  throw unsuitable(profile, new Map(nics.map(({ name }) => [name, reason])), []);
}

function unsuitable(profile: string, rejected: ReadonlyMap<string, string>, kinds: readonly string[]): ServerError {
  const reasons = [...rejected].map(([name, reason]) => `${name}: ${reason}`).join("; ");
  const accept = kinds.length === 0 ? "" : `, or accept ${[...new Set(kinds)].sort().join(", ")} expressly`;
  return new ServerError(`no NIC of the profile ${profile} is of the kind bridged or macvlan (${reasons})`, {
    code: "NIC_UNSUITABLE",
    hint: `Give the profile a NIC on a bridge, for example with lxc or incus profile device add${accept}.`,
  });
}

async function addNic(
  host: Host,
  profile: string,
  seen: Tagged<Profile>,
  options: VerifyNetworkDeviceOptions,
): Promise<VerifiedNetworkDevice> {
  const { bridge = defaultBridge(host), signal } = options;
  const network = await ensureBridge(host, bridge, signal);
  let device = "";
  const isChanged = await editProfile(
    host,
    profile,
    ({ devices }) => {
      if (nicList(devices).length > 0) return undefined;
      const added = withNic(devices, network);
      device = added.device;
      return { devices: added.devices };
    },
    { seen, signal },
  );
  // Somebody else gave it one in between, which need not be on this bridge.
  if (!isChanged) return verifyNetworkDevice(host, profile, options);
  return { device, network: bridge, isChanged, warnings: nicWarnings([], network) };
}
