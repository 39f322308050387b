import type { ServerState } from "../preseed/server-state.ts";
import type { Snap } from "../snap/snapd.ts";
import type { KernelFacts } from "./kernel.ts";
import type { OsRelease } from "./os-release.ts";
import type { PackageFacts } from "./packages.ts";
import type { ProxySettings } from "./proxy-settings.ts";

/** Why a server that has a socket does not answer. */
export interface ServerProblem {
  /** Code of the error, for example `SOCKET_FORBIDDEN`. */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What is known of a host. Plain data; reading it changes nothing. */
export interface HostFacts {
  /** As `process.platform`. */
  readonly platform: string;
  readonly os: OsRelease;
  /** As the seeds name it: `jammy`, `bookworm`, `centos7`, `opensuseleap`; empty when unknown. */
  readonly series: string;
  /** The kind of container that the host is itself; empty when it is none. */
  readonly container: string;
  /** Whether systemd starts its services. */
  readonly hasSystemd: boolean;
  readonly kernel: KernelFacts;
  readonly packages: PackageFacts;
  /** Version of snapd; empty when none runs. */
  readonly snapd: string;
  /** The snap `lxd`, when it is installed. */
  readonly snap: Snap | undefined;
  /** What the server has that answers. */
  readonly server: ServerState | undefined;
  /** The socket of the server; empty when there is none. */
  readonly socketPath: string;
  readonly serverProblem: ServerProblem | undefined;
  /** Fingerprints of the certificates that the server trusts. */
  readonly trusted: readonly string[];
  /** Names of the interfaces of the host. */
  readonly interfaces: readonly string[];
  /** Addresses of the host with their prefix lengths. */
  readonly addresses: readonly string[];
  /** Destinations of the routes of the host, without the default one. */
  readonly routes: readonly string[];
  /** The proxies that the environment names. */
  readonly proxies: ProxySettings;
  /** The bridge's configuration file of an LXD without network API. */
  readonly bridgeFile: { readonly path: string; readonly text: string } | undefined;
}
