import { connectUnix, findSocket, type FindSocketOptions, requireSocket } from "@lxdkit/transport";
import { openServer, type OpenServerOptions, type Server } from "../server.ts";

/** Options of {@link openLocalServer} and {@link maybeOpenLocalServer}. */
export interface OpenLocalServerOptions extends FindSocketOptions, OpenServerOptions {}

/**
 * Opens the server of this machine, whose socket is looked for as {@link requireSocket} does. One request, `GET /1.0`.
 *
 * @throws {TransportError} `SOCKET_NOT_FOUND` naming every path that was tried, and what keeps it from being reached.
 * @throws {ApiError} when it refuses.
 */
export async function openLocalServer(options: OpenLocalServerOptions): Promise<Server> {
  return openServer(connectUnix({ socketPath: requireSocket(options) }), options);
}

/**
 * As {@link openLocalServer}, but undefined when no server has a socket on this machine. One that has a socket and does
 * not answer is an error.
 */
export async function maybeOpenLocalServer(options: OpenLocalServerOptions): Promise<Server | undefined> {
  const socketPath = findSocket(options);
  if (socketPath === undefined) return undefined;
  try {
    return await openServer(connectUnix({ socketPath }), options);
  } catch (error) {
    // It may have gone since it was found.
    if (findSocket(options) === undefined) return undefined;
    throw error;
  }
}
