import { readFile as readTextFile } from "node:fs/promises";
import { bridgeConfigFile, bridgeFileMissing, bridgeOfFile, snapBridgeConfigFile } from "@lxdkit/network-devices";
import { ServerError } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";

/** Reads a text file of the machine that a server runs on. */
export type ReadHostFile = (path: string) => Promise<string>;

/** The bridge of a server without network API, and where that says it. */
export interface BridgeOfServer {
  readonly bridge: string;
  readonly path: string;
}

/**
 * The bridge in the configuration file of a local server without network API.
 *
 * @throws {NetworkDeviceError} `BRIDGE_FILE_MISSING` and the codes of `bridgeOfFile`.
 * @throws {ServerError} `NETWORK_UNREAD` for a server on another machine.
 */
export async function bridgeOfServer(
  { client }: Pick<ServerHost, "client">,
  readFile: ReadHostFile = (path) => readTextFile(path, "utf8"),
): Promise<BridgeOfServer> {
  const { address } = client.connection;
  if (address.startsWith("https:")) {
    throw new ServerError("the server has no network API, and its configuration file is on its own machine", {
      code: "NETWORK_UNREAD",
      address,
      hint: "Ask it over its socket, on its own machine.",
    });
  }
  const path = address.startsWith("/var/snap/") ? snapBridgeConfigFile : bridgeConfigFile;
  const text = await readFile(path).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === "ENOENT" ? bridgeFileMissing({ path }) : error;
  });
  return { bridge: bridgeOfFile(text, { path }), path };
}
