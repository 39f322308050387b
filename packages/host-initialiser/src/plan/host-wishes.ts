import type { Flavour } from "@lxdkit/protocol";
import type { ProxySettings } from "../host/proxy-settings.ts";

/** The storage pool that a server without any gets. */
export interface StorageWish {
  /** `default` by default. */
  readonly name?: string | undefined;
  /** For example `btrfs`; `dir` by default. */
  readonly driver?: string | undefined;
  /** For example `{ size: "20GiB" }` or `{ source: "/dev/sdb" }`. */
  readonly config?: Readonly<Record<string, string>> | undefined;
}

/** The bridge that a server without any network gets. */
export interface NetworkWish {
  /** The first of `lxdbr0`, `lxdbr1`, ... (`incusbr0`, ...) that no interface has, by default. */
  readonly name?: string | undefined;
  /** `auto` (the server draws a subnet), `none`, or an address with prefix length; `auto` by default. */
  readonly ipv4?: string | undefined;
  readonly ipv6?: string | undefined;
}

/** What a host is to become. What is left out is left as it is, or as `lxd init --auto` would have it. */
export interface HostWishes {
  /** The family; that of the server which is there, else LXD. */
  readonly flavour?: Flavour | undefined;
  /** Where a missing server comes from; by the distribution unless given. */
  readonly installer?: "snap" | "apt" | undefined;
  /** Channel of the snap; `latest/stable` by default. An empty one accepts any that is installed. */
  readonly channel?: string | undefined;
  /** Whether a snap may be taken back to an older channel, which its data may not survive; false by default. */
  readonly allowDowngrade?: boolean | undefined;
  /** False: none. */
  readonly storage?: StorageWish | false | undefined;
  /** False: none. */
  readonly network?: NetworkWish | false | undefined;
  /** Proxies of the server; an empty text clears one. Left as they are by default. */
  readonly proxies?: ProxySettings | undefined;
  /** Where it is to listen for HTTPS, for example `10.0.0.1:8443` or `[::]:8443`; an operator's own setting stays. */
  readonly listen?: string | undefined;
  /** A client that it is to trust. */
  readonly trust?: { readonly name: string; readonly certificate: string } | undefined;
  /** Milliseconds to wait for a server that starts; 120,000 by default. */
  readonly readyTimeoutMs?: number | undefined;
}
