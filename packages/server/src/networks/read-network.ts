import type { Network } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import type { ServerHost } from "../server-host.ts";

/**
 * A network or an interface of the host: `GET /1.0/networks/{name}`. One that the server lists and then does not find,
 * as Incus 6.0 does with interfaces of kinds that it does not know while Open vSwitch does not run, has an empty type.
 *
 * @throws {ApiError} `NOT_FOUND` when the server does not list it either.
 */
export async function readNetwork(
  { client }: Pick<ServerHost, "client">,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Network> {
  try {
    return (await client.networks.get(name, { signal })).value;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const urls = await client.networks.listUrls({ signal });
    if (!urls.some((url) => nameOf(url) === name)) throw error;
    const nothing = { description: "", status: "", config: {}, used_by: [], locations: [] };
    return { name, type: "", managed: false, ...nothing };
  }
}

/** The last part of the path, for example of `/1.0/networks/eth0?project=p`. */
function nameOf(url: string): string {
  return decodeURIComponent(/([^/?]*)(?:\?.*)?$/.exec(url)?.[1] ?? "");
}
