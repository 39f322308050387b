import { openServer } from "@lxdkit/server";
import { connectUnix, TransportError } from "@lxdkit/transport";
import { socketOf } from "./host/detect-host.ts";
import type { HostAccess } from "./host/host-access.ts";
import { proxyConfig, type ProxySettings } from "./host/proxy-settings.ts";

/** Codes of what a server that is not installed, or does not run, looks like. */
const away = ["SOCKET_NOT_FOUND", "SOCKET_REFUSED"];

/**
 * Sets the proxies of this host's server, all three keys in one change; an empty text clears an earlier setting. Gives
 * whether anything was written: not when all is so already, nor when no server runs here.
 *
 * @throws {TransportError} when a server runs and cannot be reached.
 * @throws {ApiError} when it refuses.
 */
export async function configureLXDProxies(
  host: Pick<HostAccess, "environment" | "socketPath">,
  proxies: ProxySettings,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<boolean> {
  const socketPath = socketOf(host, undefined);
  if (socketPath === undefined) return false;
  try {
    const server = await openServer(connectUnix({ socketPath }), { signal });
    try {
      return await server.updateServerConfig(proxyConfig(proxies), { signal });
    } finally {
      await server.close();
    }
  } catch (error) {
    if (TransportError.is(error) && away.includes(error.code)) return false;
    throw error;
  }
}
