import type { Network, NetworkPut } from "@lxdkit/protocol";
import { editInTurn } from "../editing/edit-in-turn.ts";
import type { EditOptions } from "../editing/edit-resource.ts";
import type { ServerHost } from "../server-host.ts";

/**
 * Gives a network IPv4 addresses of the server's choice, with NAT, when it has none. Gives whether anything was written.
 *
 * @throws {ApiError} `NOT_FOUND` when there is no such network, or the server does not manage it.
 */
export function ensureIPv4(
  host: Pick<ServerHost, "client" | "edits">,
  network: string,
  options?: EditOptions,
): Promise<boolean> {
  const { networks } = host.client;
  return editInTurn<Network, NetworkPut>(
    host,
    `network ${network}`,
    {
      read: (readOptions) => networks.get(network, readOptions),
      change({ description, config }) {
        if (!["", "none"].includes(config["ipv4.address"] ?? "")) return undefined;
        return { description, config: { ...config, "ipv4.address": "auto", "ipv4.nat": "true" } };
      },
      write: (body, writeOptions) => networks.update(network, body, writeOptions),
    },
    options,
  );
}
