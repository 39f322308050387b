import type { Network, NetworkPut } from "@lxdkit/protocol";
import { type EditOptions, editResource } from "../editing/edit-resource.ts";
import type { ServerHost } from "../server-host.ts";

/**
 * Gives a network IPv4 addresses of the server's choice, with NAT, when it has none. Gives whether anything was written.
 *
 * @throws {ApiError} `NOT_FOUND` when there is no such network, or the server does not manage it.
 */
export function ensureIPv4(
  { client }: Pick<ServerHost, "client">,
  network: string,
  options?: EditOptions,
): Promise<boolean> {
  return editResource<Network, NetworkPut>(
    {
      read: (readOptions) => client.networks.get(network, readOptions),
      change({ description, config }) {
        if (!["", "none"].includes(config["ipv4.address"] ?? "")) return undefined;
        return { description, config: { ...config, "ipv4.address": "auto", "ipv4.nat": "true" } };
      },
      write: (body, writeOptions) => client.networks.update(network, body, writeOptions),
    },
    options,
  );
}
