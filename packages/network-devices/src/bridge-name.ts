import { crc32 } from "node:zlib";

/** The bridge of a new LXD. */
export const defaultLxdBridge = "lxdbr0";
/** The bridge of the classic LXC tools. */
export const defaultLxcBridge = "lxcbr0";

/** Bridges of other programs, which no host bridge is to be made from. */
export const bridgesOfPrograms: readonly string[] = [defaultLxcBridge, defaultLxdBridge, "virbr0"];

/**
 * The name of the bridge that takes over a host's device: `eth0` gives `br-eth0`. Names that would be longer than the
 * 15 bytes that Linux takes are cut or hashed, so that different devices keep different bridges.
 */
export function bridgeNameOf(device: string): string {
  const plain = device.replaceAll(".", "-");
  if (plain.length < 13) return `br-${plain}`;
  if (plain.length === 13) return `b-${plain}`;
  if (plain.startsWith("en")) return `b-${plain.slice(2)}`;
  const sum = (crc32(plain) & 0xffffff).toString(16).padStart(6, "0");
  return `b-${sum}-${plain.slice(-6)}`;
}

/** What is known of a host's bridges. */
export interface HostBridges {
  /** What the configuration of LXD names. */
  readonly lxd?: string | undefined;
  /** What the configuration of LXC names. */
  readonly lxc?: string | undefined;
  /** All Open vSwitch bridges. */
  readonly openVSwitch?: readonly string[];
}

/** The bridge for containers: LXD's, else LXC's, else the only one of Open vSwitch, else `lxdbr0`. */
export function containerBridge({ lxd = "", lxc = "", openVSwitch = [] }: HostBridges): string {
  const single = openVSwitch.length === 1 ? (openVSwitch[0] ?? "") : "";
  return [lxd, lxc, single].find((name) => name !== "") ?? defaultLxdBridge;
}
