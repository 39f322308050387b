import type { InterfaceInfo } from "@lxdkit/protocol";
import { checkSize } from "../size-limit.ts";
import { writeYaml, type YamlValue } from "../yaml/write-yaml.ts";
import type { NetplanConfig } from "./netplan.ts";
import { netplanOfInterfaces, type NetplanOptions } from "./netplan-of-interfaces.ts";

/** Options of {@link buildNetworkConfig}. */
export interface NetworkConfigOptions extends NetplanOptions {
  /** Bytes; 1 MiB by default. */
  readonly sizeLimit?: number | undefined;
}

/** The network config that keeps cloud-init from setting up the network. */
export const disabledNetworkConfig = 'config: "disabled"\n';

/**
 * The text of network config in the form that cloud-init shares with netplan (version 2).
 *
 * @throws {CloudInitDataError} `NETWORK_CONFIG_MISSING`, `NETWORK_CONFIG_INVALID`, `CLOUD_INIT_DATA_TOO_LARGE`.
 */
export function buildNetworkConfig(
  interfaces: readonly InterfaceInfo[],
  { sizeLimit, ...options }: NetworkConfigOptions = {},
): string {
  const text = writeNetplan({ ...netplanOfInterfaces(interfaces, options) });
  checkSize("network config", text, sizeLimit);
  return text;
}

/** The text of a file in `/etc/netplan`. */
export function writeNetplanFile(config: NetplanConfig): string {
  return writeNetplan({ network: config });
}

function writeNetplan(document: object): string {
  return writeYaml(document as YamlValue, { inline: ["nameservers"] });
}
