import { LxdkitError, type ServerEnvironment } from "@lxdkit/protocol";
import type { Client } from "./client.ts";

/** A server that takes part in a copy. */
export interface CopyServer {
  readonly client: Client;
  /**
   * Where the other server may reach it, as `host:port` or URL, in the order to try; by default where this client
   * reaches it, then the addresses that it listens on.
   */
  readonly addresses?: readonly string[] | undefined;
}

/** How another server gets to a server. */
export interface ServerReach {
  /** URLs without a path, at least one. */
  readonly urls: readonly string[];
  /** PEM certificate that it shows. */
  readonly certificate: string;
}

/**
 * How another server gets to this one.
 *
 * @throws {LxdkitError} `NO_ADDRESS` when it listens nowhere.
 */
export async function reachOf(
  { client, addresses }: CopyServer,
  signal: AbortSignal | undefined,
): Promise<ServerReach> {
  const environment = await environmentOf(client, signal);
  const own = client.connection.address.startsWith("https://") ? [client.connection.address] : [];
  const known = addresses ?? [...own, ...(environment?.addresses ?? [])];
  const urls = known.map((address) => (address.startsWith("https://") ? address : `https://${address}`));
  if (urls.length === 0) {
    throw new LxdkitError(`${client.connection.address} can be reached by no other server`, {
      code: "NO_ADDRESS",
      address: client.connection.address,
      hint: "Let the server listen: set its core.https_address.",
    });
  }
  return { urls: [...new Set(urls)], certificate: environment?.certificate ?? "" };
}

/** Says whether two clients talk to the same server, or to members of the same cluster. */
export async function isSameServer(one: Client, other: Client, signal: AbortSignal | undefined): Promise<boolean> {
  if (one.connection === other.connection) return true;
  const [a, b] = await Promise.all([environmentOf(one, signal), environmentOf(other, signal)]);
  // Callers that a server does not trust see no environment.
  if (a === undefined || b === undefined || a.certificate_fingerprint === "") return false;
  if (a.certificate_fingerprint !== b.certificate_fingerprint) return false;
  // Copies of one machine show the same certificate.
  return a.server_clustered || (a.server_name === b.server_name && a.server_pid === b.server_pid);
}

async function environmentOf(client: Client, signal: AbortSignal | undefined): Promise<ServerEnvironment | undefined> {
  return (await client.info({ signal })).environment;
}
