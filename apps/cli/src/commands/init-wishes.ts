import { basename } from "node:path";
import type { HostWishes } from "@lxdkit/host-initialiser";
import { readTextFile } from "../read-text-file.ts";

/** The options of `lxdkit init` that say what the host is to become. */
export interface InitWishes {
  readonly flavour?: "lxd" | "incus" | undefined;
  readonly installer?: "snap" | "apt" | undefined;
  readonly channel?: string | undefined;
  readonly allowDowngrade?: true | undefined;
  readonly storage?: string | undefined;
  readonly storageConfig?: Readonly<Record<string, string>> | undefined;
  readonly bridge?: string | undefined;
  readonly ipv4?: string | undefined;
  readonly ipv6?: string | undefined;
  readonly listen?: string | undefined;
  /** Path of a file in PEM. */
  readonly trust?: string | undefined;
  readonly httpProxy?: string | undefined;
  readonly httpsProxy?: string | undefined;
  readonly proxyIgnore?: string | undefined;
}

/** What the options ask for. One proxy option speaks of all three settings, as the server is told all three. */
export function readWishes(options: InitWishes): HostWishes {
  const { flavour, installer, channel, allowDowngrade, storage, storageConfig, bridge, ipv4, ipv6, listen } = options;
  const { httpProxy, httpsProxy, proxyIgnore, trust } = options;
  const hasProxy = [httpProxy, httpsProxy, proxyIgnore].some((one) => one !== undefined);
  return {
    ...{ flavour, installer, channel, allowDowngrade, listen },
    storage: { driver: storage, config: storageConfig },
    network: { name: bridge, ipv4, ipv6 },
    ...(hasProxy && { proxies: { http: httpProxy ?? "", https: httpsProxy ?? "", noProxy: proxyIgnore ?? "" } }),
    ...(trust !== undefined && { trust: { name: basename(trust), certificate: readTextFile(trust) } }),
  };
}
