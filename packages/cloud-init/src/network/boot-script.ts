import type { InterfaceInfo } from "@lxdkit/protocol";
import type { CloudConfig } from "../user-data/cloud-config.ts";
import { writeNetplanFile } from "./build-network-config.ts";
import { netplanOfInterfaces, type NetplanOptions } from "./netplan-of-interfaces.ts";

/** Options of {@link bootScriptConfig}. */
export interface BootScriptOptions extends NetplanOptions {
  /** `/etc/netplan/99-juju.yaml` by default. */
  readonly netplanPath?: string | undefined;
  /** Octal digits of the file's mode, `644` by default. Newer versions of netplan warn of all but `600`. */
  readonly netplanMode?: string | undefined;
}

/** As `ip` prints those that reach further than the machine's own links; five times a second apart. */
const waitForAddress = 'for n in 1 2 3 4 5; do [ -z "$(ip -o address show scope global)" ] || break; sleep 1; done';

/**
 * A document that writes a netplan file and applies it at each boot, for an image whose cloud-init is to leave the
 * network alone ({@link disabledNetworkConfig}). Ways out are written as `gateway4` and `gateway6` unless the options
 * say otherwise. Where there is `/sbin/ifup`, nothing is applied.
 *
 * The first boot has no network until then: an image that waits for one, as Debian 12 does, waits two minutes for
 * nothing.
 *
 * @throws {CloudInitDataError} `NETWORK_CONFIG_MISSING`, `NETWORK_CONFIG_INVALID`.
 */
export function bootScriptConfig(interfaces: readonly InterfaceInfo[], options: BootScriptOptions = {}): CloudConfig {
  const { netplanPath = "/etc/netplan/99-juju.yaml", netplanMode = "644", gateways = "keys" } = options;
  const config = netplanOfInterfaces(interfaces, { ...options, gateways });
  const path = shellQuote(netplanPath);
  // The end of the text is that of printf.
  const text = shellQuote(writeNetplanFile(config).trimEnd());
  return {
    bootcmd: [
      `install -D -m ${netplanMode} /dev/null ${path}`,
      `printf '%s\\n' ${text} > ${path}`,
      `if [ ! -f /sbin/ifup ]; then netplan generate; netplan apply; ${waitForAddress}; fi`,
    ],
  };
}

/** One word for the shell. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
