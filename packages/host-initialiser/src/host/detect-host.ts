import { bridgeConfigFile, snapBridgeConfigFile } from "@lxdkit/network-devices";
import { type Flavour, LxdkitError } from "@lxdkit/protocol";
import { openServer, type Server } from "@lxdkit/server";
import { connectUnix, findSocket } from "@lxdkit/transport";
import { readServerState, type ServerState } from "../preseed/server-state.ts";
import { createSnapd, type Snap } from "../snap/snapd.ts";
import { SnapdError } from "../snap/snapd-error.ts";
import type { HostAccess } from "./host-access.ts";
import { containerKind } from "./host-checks.ts";
import type { HostFacts, ServerProblem } from "./host-facts.ts";
import { readKernel } from "./kernel.ts";
import { readOsRelease, seriesOf } from "./os-release.ts";
import { readPackages } from "./packages.ts";
import { proxiesOfEnvironment } from "./proxy-settings.ts";
import { readMaybe } from "./read-maybe.ts";
import { readRoutes } from "./routes.ts";

/** Options of {@link detectHost}. */
export interface DetectHostOptions {
  /** The family whose server is looked for; both by default. */
  readonly flavour?: Flavour | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds out about a host what initialising it depends on. Only reads: files, interfaces, `dpkg-query`, `apt-cache`,
 * snapd, and the server, when there is one.
 */
export async function detectHost(host: HostAccess, { flavour, signal }: DetectHostOptions = {}): Promise<HostFacts> {
  const os = readOsRelease(await readMaybe(host, "/etc/os-release"));
  const [container, hasSystemd, kernel, packages, snapFacts, routes, found] = await Promise.all([
    containerKind(host, { signal }),
    host.exists("/run/systemd/system"),
    readKernel(host),
    readPackages(host, signal),
    readSnapd(host, signal),
    readMaybe(host, "/proc/net/route"),
    readServer(host, flavour, signal),
  ]);
  const interfaces = host.networkInterfaces();
  return {
    platform: host.platform,
    os,
    series: seriesOf(os),
    ...{ container, hasSystemd, kernel, packages },
    ...snapFacts,
    ...found,
    interfaces: Object.keys(interfaces),
    addresses: Object.values(interfaces).flatMap((list) => (list ?? []).flatMap(({ cidr }) => cidr ?? [])),
    routes: readRoutes(routes),
    proxies: proxiesOfEnvironment(host.environment),
    bridgeFile: await readBridgeFile(host, found.socketPath),
  };
}

async function readSnapd(
  host: HostAccess,
  signal: AbortSignal | undefined,
): Promise<{ readonly snapd: string; readonly snap: Snap | undefined }> {
  const snapd = createSnapd(host);
  try {
    return { snapd: await snapd.version({ signal }), snap: await snapd.find("lxd", { signal }) };
  } catch (error) {
    signal?.throwIfAborted();
    if (SnapdError.is(error)) return { snapd: "", snap: undefined };
    throw error;
  }
}

interface FoundServer {
  readonly server: ServerState | undefined;
  readonly socketPath: string;
  readonly serverProblem: ServerProblem | undefined;
  readonly trusted: readonly string[];
}

async function readServer(
  host: HostAccess,
  flavour: Flavour | undefined,
  signal: AbortSignal | undefined,
): Promise<FoundServer> {
  const socketPath = socketOf(host, flavour);
  const nothing = { server: undefined, serverProblem: undefined, trusted: [] };
  if (socketPath === undefined) return { ...nothing, socketPath: "" };
  let server: Server | undefined;
  try {
    server = await openServer(connectUnix({ socketPath }), { signal });
    const state = await readServerState(server, { signal });
    const trusted = (await server.client.certificates.list({ signal })).map(({ fingerprint }) => fingerprint);
    return { server: state, socketPath, serverProblem: undefined, trusted };
  } catch (error) {
    signal?.throwIfAborted();
    if (!LxdkitError.is(error)) throw error;
    const { code, message, hint = "" } = error;
    return { ...nothing, socketPath, serverProblem: { code, message, hint } };
  } finally {
    await server?.close();
  }
}

/** The socket of the host's server; undefined when there is none. */
export function socketOf(
  { socketPath, environment }: Pick<HostAccess, "socketPath" | "environment">,
  flavour: Flavour | undefined,
): string | undefined {
  return socketPath ?? findSocket({ environment, flavour });
}

async function readBridgeFile(host: HostAccess, socketPath: string): Promise<HostFacts["bridgeFile"]> {
  const path = socketPath.startsWith("/var/snap/") ? snapBridgeConfigFile : bridgeConfigFile;
  try {
    return { path, text: await host.readFile(path) };
  } catch {
    return undefined;
  }
}
