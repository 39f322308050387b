import { NetworkDeviceError } from "./network-device-error.ts";

/** Where the Debian package of an LXD without network API keeps its bridge. */
export const bridgeConfigFile = "/etc/default/lxd-bridge";
/** The same for the snap. */
export const snapBridgeConfigFile = "/var/snap/lxd/common/lxd-bridge/config";

/** Options of {@link bridgeOfFile}. */
export interface BridgeFileOptions {
  /** Where the text was read, for errors; a path of the snap gives the hints that fit the snap. */
  readonly path: string;
  /** Whether a bridge with IPv6 is refused; false by default. */
  readonly refusesIPv6?: boolean;
}

/**
 * The bridge that a configuration file of an LXD without network API names. A line counts when it starts with
 * `KEY=`; the first line that offends decides.
 *
 * @throws {NetworkDeviceError} `BRIDGE_DISABLED`, `BRIDGE_NAME_MISSING`, `BRIDGE_HAS_IPV6`, `BRIDGE_WITHOUT_SUBNET`;
 * `address` is the file.
 */
export function bridgeOfFile(text: string, options: BridgeFileOptions): string {
  let bridge = "";
  let hasSubnet = false;
  for (const line of text.split("\n")) {
    const { key, value } = bridgeFileEntry(line);
    if (key === "USE_LXD_BRIDGE" && isFalse(value))
      throw bad(options, "BRIDGE_DISABLED", "the LXD bridge is not enabled");
    if (key === "LXD_BRIDGE") {
      if (value === "") throw nameless(options);
      bridge = value;
    }
    if (key === "LXD_IPV6_ADDR" && value !== "" && options.refusesIPv6 === true) {
      throw bad(options, "BRIDGE_HAS_IPV6", "IPv6 is enabled, and must be off here");
    }
    if ((key === "LXD_IPV4_ADDR" || key === "LXD_IPV6_ADDR") && value !== "") hasSubnet = true;
  }
  if (bridge === "") throw nameless(options);
  if (!hasSubnet) throw bad(options, "BRIDGE_WITHOUT_SUBNET", `${bridge} has no ipv4 or ipv6 subnet enabled`);
  return bridge;
}

/** The error for a file that is not there: `BRIDGE_FILE_MISSING`. */
export function bridgeFileMissing(options: Pick<BridgeFileOptions, "path">): NetworkDeviceError {
  return bad(options, "BRIDGE_FILE_MISSING", "the bridge is not configured");
}

/** What a line says, without quotes; an empty key for comments and other lines. */
export function bridgeFileEntry(line: string): { readonly key: string; readonly value: string } {
  const [, key = "", raw = ""] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
  return { key, value: raw.replace(/^[\s"]+|[\s"]+$/g, "") };
}

/** As `strconv.ParseBool` of Go reads it; anything else is ignored. */
function isFalse(value: string): boolean {
  return ["0", "f", "F", "false", "False", "FALSE"].includes(value);
}

function nameless(options: BridgeFileOptions): NetworkDeviceError {
  return bad(options, "BRIDGE_NAME_MISSING", "the file names no bridge");
}

function bad({ path }: Pick<BridgeFileOptions, "path">, code: string, text: string): NetworkDeviceError {
  const hint = path.startsWith("/var/snap/")
    ? `Set up the bridge of the LXD snap, which ${path} describes.`
    : "Set it up with: sudo dpkg-reconfigure -p medium lxd";
  return new NetworkDeviceError(`${path}: ${text}`, { code, hint, address: path });
}
